import DKIMConfiguration
import DKIMCore

/// The keys of a table as records for a zone.
struct ZoneKeys {
  struct Entry {
    let domain: DomainName
    let record: ZoneRecord
  }

  /// What of the table is wanted.
  struct Wishes {
    /// Keys of this domain only.
    var domain: DomainName?
    /// And of those below it.
    var subdomains = false
    /// The keys are for mail only (s=email).
    var emailOnly = false
    /// Rows after the first one that cannot be used are not read.
    var stopsAtFailure = false
  }

  /// What happened to a row. The texts can be written to a terminal.
  enum Remark {
    case retrieved(number: Int, row: String)
    case loaded(row: String)
    /// A row of another domain; `why` is `nil` where the caller asked for one domain.
    case skipped(number: Int, row: String, why: String?)
    /// The record is that of an earlier row.
    case repeated(row: String, earlier: String)
    /// `text` says what failed and `reason` why; `place` is the file and the line.
    case failed(text: String, reason: String?, fix: String?, place: String)
  }

  typealias Reporter = (Remark) -> Void

  private let wishes: Wishes
  private let store: SigningKeyStore
  private let report: Reporter
  private(set) var entries: [Entry] = []
  /// Rows that cannot be used.
  private(set) var failures = 0
  /// Names that are taken: by which row, with which public key.
  private var taken: [String: (row: String, key: [UInt8])] = [:]

  init(_ keys: [NamedKey], _ wishes: Wishes, report: @escaping Reporter) {
    self.wishes = wishes
    self.report = report
    // Who publishes a key need not be the one who signs with it.
    var options = SigningKeyStore.Options()
    options.requireSafeKeys = false
    options.minimumKeyBits = 0
    store = SigningKeyStore(options)
    for (number, key) in keys.enumerated() {
      take(key, number)
      if failures > 0, wishes.stopsAtFailure { break }
    }
  }

  private mutating func take(_ key: NamedKey, _ number: Int) {
    let name = SafeText.escaped(key.name)
    switch key.content {
    case .skipped(let why): report(.skipped(number: number, row: name, why: why.rawValue + place(key)))
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
    guard let only = wishes.domain else { return true }
    return wishes.subdomains ? domain.isWithin(only) : domain == only
  }

  private mutating func add(_ key: NamedKey, _ published: NamedKey.Published, _ privateKey: SigningKey) {
    let name = SafeText.escaped(key.name)
    guard let query = KeyQuery(domain: published.domain, selector: published.selector) else {
      return fail(key, "the name of the record for '\(name)' is longer than a DNS name can be (253 octets)")
    }
    if let other = taken[query.name] {
      if other.key == privateKey.publicKey { return report(.repeated(row: name, earlier: other.row)) }
      return fail(
        key, "'\(name)' and '\(other.row)' have different keys for \(query.name)",
        fix: "give one of them another selector")
    }
    taken[query.name] = (name, privateKey.publicKey)
    // Nothing in it can be refused: neither list has a word from outside.
    guard let text = try? KeyRecordText(privateKey, services: wishes.emailOnly ? ["email"] : nil) else { return }
    entries.append(
      Entry(
        domain: published.domain,
        record: ZoneRecord(text, selector: published.selector, domain: published.domain)))
  }

  private mutating func fail(_ key: NamedKey, _ text: String, _ reason: String? = nil, fix: String? = nil) {
    failures += 1
    report(
      .failed(
        text: SafeText.escaped(text), reason: reason.map(SafeText.escaped), fix: fix.map(SafeText.escaped),
        place: place(key)))
  }

  private func place(_ key: NamedKey) -> String { key.place.map { SafeText.escaped(" (\($0))") } ?? "" }

  /// The entries by domain, in the order in which the domains come first.
  var groups: [(domain: DomainName, entries: [Entry])] {
    var numbers: [DomainName: Int] = [:]
    var groups: [(domain: DomainName, entries: [Entry])] = []
    for entry in entries {
      if let number = numbers[entry.domain] {
        groups[number].entries.append(entry)
      } else {
        numbers[entry.domain] = groups.count
        groups.append((entry.domain, [entry]))
      }
    }
    return groups
  }
}
