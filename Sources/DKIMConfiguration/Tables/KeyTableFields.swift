internal import DKIMCore

/// The fields of a row of the KeyTable, before `%` is replaced.
struct KeyTableFields {
  let name: String
  let location: FileLocation?
  let domain: String
  let selector: String
  let key: String
  let algorithm: KeyType?

  init(_ row: DataSetRow, name: String) throws(KeyTableError) {
    self.name = name
    location = row.location
    let isColumns = if case .columns = row.value { true } else { false }
    let fields = row.fields(isColumns ? 4 : 3)
    let names = ["a domain", "a selector", "a key"]
    for (index, field) in names.enumerated() where fields.count <= index || (fields[index] ?? "").isEmpty {
      throw .corrupt(name: name, why: "\(field) is missing; expected DOMAIN:SELECTOR:KEY", location: row.location)
    }
    domain = fields[0] ?? ""
    selector = fields[1] ?? ""
    let rest = fields[2] ?? ""
    if fields.count > 3, let word = fields[3], !word.isEmpty {
      key = rest
      algorithm = try Self.algorithm(word, name, row.location)
    } else if let (head, word) = Self.splitAlgorithm(rest) {
      key = head
      algorithm = try Self.algorithm(word, name, row.location)
    } else {
      key = rest
      algorithm = nil
    }
    guard !key.isEmpty else { throw .corrupt(name: name, why: "a key is missing", location: row.location) }
  }

  /// True if the domain is `%`, the sender's domain.
  var dependsOnSender: Bool { domain == "%" }

  /// The domain of the key; `%` means the sender's domain.
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
      throw .corrupt(name: name, why: "the domain \(Self.shown(domain)) \(error)", location: location)
    }
  }

  func selectorName() throws(KeyTableError) -> Selector {
    do throws(DomainNameError) {
      return try Selector(selector)
    } catch {
      throw .corrupt(name: name, why: "the selector \(Self.shown(selector)) \(error)", location: location)
    }
  }

  /// A field in quotation marks, for messages. If the columns are in the wrong order, the field may be a private key;
  /// of a text that looks like a key, only the length is shown.
  static func shown(_ field: String) -> String {
    mayBeKey(field) ? "of \(field.utf8.count) bytes, which may be a private key," : PrintableText.quoted(field)
  }

  static func mayBeKey(_ field: String) -> Bool {
    field.utf8.count > 40 && !TextBytes.contains(field, ".")
      || ["MC4C", "MII", "-----BEGIN"].contains { field.utf8.starts(with: $0.utf8) }
  }

  /// True for a path: `/…`, `./…` or `../…`. Everything else is a key.
  static func isPath(_ key: String) -> Bool {
    key.hasPrefix("/") || key.hasPrefix("./") || key.hasPrefix("../")
  }

  private static let algorithms: [String: KeyType?] = [
    "rsa": .rsa, "rsa-sha256": .rsa, "ed25519": .ed25519, "ed25519-sha256": .ed25519,
    // Known, but no longer used to sign. // RFC 8301 §3.1
    "rsa-sha1": .none,
  ]

  /// Splits off the algorithm. A path may contain colons, so only the name of an algorithm counts as a separate field.
  private static func splitAlgorithm(_ text: String) -> (key: String, algorithm: String)? {
    guard let colon = text.utf8.lastIndex(of: UInt8(ascii: ":")) else { return nil }
    let word = String(text[text.utf8.index(after: colon)...])
    // A longer word is part of a path; this saves the lookup for most rows.
    guard word.utf8.count <= 20, algorithms[TextBytes.folded(word)] != nil else { return nil }
    return (String(text[..<colon]), word)
  }

  private static func algorithm(
    _ text: String?, _ name: String, _ location: FileLocation?
  ) throws(KeyTableError) -> KeyType? {
    guard let text, !text.isEmpty else { return nil }
    guard let type = algorithms[TextBytes.folded(text)] ?? nil else {
      throw .corrupt(
        name: name,
        why: "\(shown(text)) is not a signing algorithm; expected rsa-sha256 or ed25519-sha256", location: location)
    }
    return type
  }
}
