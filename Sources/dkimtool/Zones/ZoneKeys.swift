import DKIMConfiguration
import DKIMCore
import DKIMDiagnostics

/// The zone records for the keys of a table.
struct ZoneKeys {
  /// The selection of keys, and options for their records.
  struct Options {
    /// The only domain whose keys are wanted; `nil`: all domains.
    var domain: DomainName?
    /// Whether keys of subdomains of `domain` are wanted as well.
    var subdomains = false
    /// Whether the keys are restricted to mail (s=email).
    var emailOnly = false
    /// Whether to stop at the first row that cannot be used.
    var stopsAtFailure = false
  }

  /// A report on a row. The texts are safe for a terminal.
  enum Remark {
    case retrieved(number: Int, row: String)
    case loaded(row: String)
    /// The row was skipped; `why` is `nil` if it belongs to another domain than the one that was requested.
    case skipped(number: Int, row: String, why: String?)
    /// The record is the same as that of an earlier row.
    case repeated(row: String, earlier: String)
    /// The row cannot be used: what failed, why, how to fix it, and the file and line.
    case failed(text: String, reason: String?, fix: String?, location: String)
  }

  typealias Reporter = (Remark) -> Void

  private let options: Options
  private let store: SigningKeyStore
  private let report: Reporter
  private(set) var entries: [ZoneWriter.Entry] = []
  /// The number of rows that cannot be used.
  private(set) var failures = 0
  /// The row and the public key of each record name in use.
  private var taken: [String: (row: String, key: [UInt8])] = [:]

  init(_ keys: [NamedKey], _ options: Options, report: @escaping Reporter) {
    self.options = options
    self.report = report
    // The requirements for signing keys do not apply to publishing their records.
    var storeOptions = SigningKeyStore.Options()
    storeOptions.requireSafeKeys = false
    storeOptions.minimumKeyBits = 0
    store = SigningKeyStore(storeOptions)
    for (number, key) in keys.enumerated() {
      addRow(key, number)
      if failures > 0, options.stopsAtFailure { break }
    }
  }

  private mutating func addRow(_ key: NamedKey, _ number: Int) {
    let name = PrintableText.escaped(key.name)
    switch key.content {
    case .skipped(let why): report(.skipped(number: number, row: name, why: why.rawValue + location(key)))
    case .corrupt(let why): fail(key, "record \(number) for '\(name)' corrupt", why)
    case .key(let published):
      guard isWanted(published.domain) else {
        return report(.skipped(number: number, row: name, why: nil))
      }
      report(.retrieved(number: number, row: name))
      do throws(SigningKeyStoreError) {
        let privateKey = try store.key(at: published.location)
        report(.loaded(row: name))
        add(key, published, privateKey)
      } catch {
        fail(key, "key for '\(name)' load failed", "\(error)", fix: error.fix)
      }
    }
  }

  private func isWanted(_ domain: DomainName) -> Bool {
    guard let only = options.domain else { return true }
    return options.subdomains ? domain.isEqualToOrSubdomain(of: only) : domain == only
  }

  private mutating func add(_ key: NamedKey, _ published: NamedKey.Published, _ privateKey: SigningKey) {
    let name = PrintableText.escaped(key.name)
    guard let query = KeyQuery(domain: published.domain, selector: published.selector) else {
      return fail(key, "the name of the record for '\(name)' exceeds the maximum length of a DNS name (253 bytes)")
    }
    if let other = taken[query.name] {
      if other.key == privateKey.publicKey { return report(.repeated(row: name, earlier: other.row)) }
      return fail(
        key, "'\(name)' and '\(other.row)' have different keys for \(query.name)",
        fix: "use a different selector for one of them")
    }
    taken[query.name] = (name, privateKey.publicKey)
    // This cannot fail, because none of the values comes from the user.
    guard let text = try? PublishableKeyRecord(privateKey, services: options.emailOnly ? ["email"] : nil) else {
      return
    }
    entries.append(
      ZoneWriter.Entry(
        domain: published.domain,
        record: ZoneRecord(text, selector: published.selector, domain: published.domain)))
  }

  private mutating func fail(_ key: NamedKey, _ text: String, _ reason: String? = nil, fix: String? = nil) {
    failures += 1
    report(
      .failed(
        text: PrintableText.escaped(text), reason: reason.map(PrintableText.escaped),
        fix: fix.map(PrintableText.escaped),
        location: location(key)))
  }

  private func location(_ key: NamedKey) -> String { key.location.map { PrintableText.escaped(" (\($0))") } ?? "" }
}
