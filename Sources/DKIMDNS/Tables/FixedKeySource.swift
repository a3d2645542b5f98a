public import DKIMCore

/// A source of key records from a table in memory; does not use the network.
public struct FixedKeySource: PublicKeySource {
  private let table: [String: [[UInt8]]]
  private let secure: Bool

  /// Creates a source.
  /// - Parameters:
  ///   - table: The TXT records of each name (`SELECTOR._domainkey.DOMAIN`), with the character-strings of each record
  ///     concatenated. Letter case and a trailing dot of a name are ignored. A name without records exists but has no
  ///     data.
  ///   - secure: Whether the answers count as validated by DNSSEC.
  public init(_ table: [String: [[UInt8]]], secure: Bool = false) {
    var normal: [String: [[UInt8]]] = [:]
    for (name, records) in table { normal[Self.normalized(name), default: []] += records }
    self.table = normal
    self.secure = secure
  }

  /// Returns the records of the name; `.noSuchName` if the table does not contain it.
  public func answer(_ query: KeyQuery) async -> KeyAnswer {
    guard let records = table[query.name] else { return .noSuchName(secure: secure) }
    return records.isEmpty ? .noData(secure: secure) : .records(records, secure: secure)
  }

  /// Returns the name with ASCII letters in lower case and without the trailing dot.
  private static func normalized(_ name: String) -> String {
    let bytes = name.utf8.map(ASCII.lowercased)
    return String(decoding: bytes.last == UInt8(ascii: ".") ? bytes.dropLast() : bytes[...], as: UTF8.self)
  }
}
