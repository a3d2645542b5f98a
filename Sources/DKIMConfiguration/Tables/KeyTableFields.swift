internal import DKIMCore

/// The fields of a row of the KeyTable, before `%` is replaced.
struct KeyTableFields {
  let name: String
  let place: SourcePlace?
  let domain: String
  let selector: String
  let key: String
  let algorithm: KeyType?

  init(_ row: DataSetRow, name: String) throws(KeyTableError) {
    self.name = name
    place = row.place
    let isColumns = if case .columns = row.value { true } else { false }
    let fields = row.fields(isColumns ? 4 : 3)
    let names = ["a domain", "a selector", "a key"]
    for (index, field) in names.enumerated() where fields.count <= index || (fields[index] ?? "").isEmpty {
      throw .corrupt(name: name, why: "\(field) is missing; expected DOMAIN:SELECTOR:KEY", place: row.place)
    }
    domain = fields[0] ?? ""
    selector = fields[1] ?? ""
    let rest = fields[2] ?? ""
    if fields.count > 3, let word = fields[3], !word.isEmpty {
      key = rest
      algorithm = try Self.algorithm(word, name, row.place)
    } else if let (head, word) = Self.splitAlgorithm(rest) {
      key = head
      algorithm = try Self.algorithm(word, name, row.place)
    } else {
      key = rest
      algorithm = nil
    }
    guard !key.isEmpty else { throw .corrupt(name: name, why: "a key is missing", place: row.place) }
  }

  /// True where `%` makes it another key for another sender.
  var dependsOnSender: Bool { domain == "%" }

  /// `%` stands for the sender's domain.
  func domain(of sender: DomainName) throws(KeyTableError) -> DomainName {
    if domain == "%" { return sender }
    return try ownDomain()
  }

  func checkDomain() throws(KeyTableError) {
    if domain != "%" { _ = try ownDomain() }
  }

  private func ownDomain() throws(KeyTableError) -> DomainName {
    do throws(DomainNameError) {
      return try DomainName(domain)
    } catch {
      throw .corrupt(name: name, why: "the domain \(Self.shown(domain)) \(error)", place: place)
    }
  }

  func selectorName() throws(KeyTableError) -> Selector {
    do throws(DomainNameError) {
      return try Selector(selector)
    } catch {
      throw .corrupt(name: name, why: "the selector \(Self.shown(selector)) \(error)", place: place)
    }
  }

  /// A field in quotes. Columns in the wrong order would put a private key there: of what may be one the length is told.
  static func shown(_ field: String) -> String {
    mayBeKey(field) ? "of \(field.utf8.count) octets, which may be a key," : "\"\(TextOctets.shown(field))\""
  }

  static func mayBeKey(_ field: String) -> Bool {
    field.utf8.count > 40 && !TextOctets.contains(field, ".")
      || ["MC4C", "MII", "-----BEGIN"].contains { field.utf8.starts(with: $0.utf8) }
  }

  /// `/…`, `./…` and `../…` are paths; everything else is a key.
  static func isPath(_ key: String) -> Bool {
    key.hasPrefix("/") || key.hasPrefix("./") || key.hasPrefix("../")
  }

  private static let algorithms: [String: KeyType?] = [
    "rsa": .rsa, "rsa-sha256": .rsa, "ed25519": .ed25519, "ed25519-sha256": .ed25519,
    // Known, and no longer made. // RFC 8301 §3.1
    "rsa-sha1": .none,
  ]

  /// A path may hold colons; only what is the name of an algorithm is a field of its own.
  private static func splitAlgorithm(_ text: String) -> (key: String, algorithm: String)? {
    guard let colon = text.utf8.lastIndex(of: UInt8(ascii: ":")) else { return nil }
    let word = String(text[text.utf8.index(after: colon)...])
    // Longer words are paths, and most keys end in one.
    guard word.utf8.count <= 20, algorithms[TextOctets.folded(word)] != nil else { return nil }
    return (String(text[..<colon]), word)
  }

  private static func algorithm(
    _ text: String?, _ name: String, _ place: SourcePlace?
  ) throws(KeyTableError) -> KeyType? {
    guard let text, !text.isEmpty else { return nil }
    guard let type = algorithms[TextOctets.folded(text)] ?? nil else {
      throw .corrupt(
        name: name,
        why: "\(shown(text)) is no algorithm to sign with; "
          + "expected rsa-sha256 or ed25519-sha256", place: place)
    }
    return type
  }
}
