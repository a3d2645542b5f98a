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
  }

  /// Something to be said, at a verbosity of 0 or more.
  typealias Speaker = (_ level: Int, _ text: String) -> Void

  private let wishes: Wishes
  private let store: SigningKeyStore
  private let say: Speaker
  private(set) var entries: [Entry] = []
  /// Rows that cannot be used.
  private(set) var failures = 0
  /// Names that are taken: by which row, with which public key.
  private var taken: [String: (row: String, key: [UInt8])] = [:]

  init(_ keys: [NamedKey], _ wishes: Wishes, say: @escaping Speaker) {
    self.wishes = wishes
    self.say = say
    // Who publishes a key need not be the one who signs with it.
    var options = SigningKeyStore.Options()
    options.requireSafeKeys = false
    options.minimumKeyBits = 0
    store = SigningKeyStore(options)
    for (number, key) in keys.enumerated() { take(key, number) }
  }

  private mutating func take(_ key: NamedKey, _ number: Int) {
    let name = SafeText.escaped(key.name)
    switch key.content {
    case .skipped(let why): say(0, "record \(number) for '\(name)' skipped: \(why.rawValue)\(place(key))")
    case .corrupt(let why): fail(key, "record \(number) for '\(name)' corrupt: \(why)")
    case .key(let published):
      guard isWanted(published.domain) else { return say(1, "record \(number) for '\(name)' skipped") }
      say(2, "record \(number) for '\(name)' retrieved")
      do throws(SigningKeyStoreError) {
        let privateKey = try store.key(at: published.location)
        say(2, "key for '\(name)' loaded")
        add(key, published, privateKey)
      } catch {
        fail(key, "key for '\(name)' load failed: \(error)", mend: error.mend)
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
      if other.key == privateKey.publicKey { return say(1, "record for '\(name)' is that of '\(other.row)'") }
      return fail(
        key, "'\(name)' and '\(other.row)' have different keys for \(query.name)",
        mend: "give one of them another selector")
    }
    taken[query.name] = (name, privateKey.publicKey)
    // Nothing in it can be refused: neither list has a word from outside.
    guard let text = try? KeyRecordText(privateKey, services: wishes.emailOnly ? ["email"] : nil) else { return }
    entries.append(
      Entry(
        domain: published.domain,
        record: ZoneRecord(text, selector: published.selector, domain: published.domain)))
  }

  private mutating func fail(_ key: NamedKey, _ text: String, mend: String? = nil) {
    failures += 1
    say(0, SafeText.escaped(text) + place(key))
    if let mend { say(0, "to mend: " + SafeText.escaped(mend)) }
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
