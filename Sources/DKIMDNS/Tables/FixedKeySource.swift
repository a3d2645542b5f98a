public import DKIMCore

/// Key records from a table in memory; no network.
public struct FixedKeySource: PublicKeySource {
  private let table: [String: [[UInt8]]]
  private let secure: Bool

  /// - Parameters:
  ///   - table: the TXT records of each name (`SELECTOR._domainkey.DOMAIN`), the character-strings of each joined.
  ///     Letter case and a trailing dot of a name do not count. A name without records exists and has no data.
  ///   - secure: what the answers say about DNSSEC.
  public init(_ table: [String: [[UInt8]]], secure: Bool = false) {
    var normal: [String: [[UInt8]]] = [:]
    for (name, records) in table { normal[Self.normalized(name), default: []] += records }
    self.table = normal
    self.secure = secure
  }

  /// The records of the name; `.noSuchName` where the table does not have it.
  public func answer(_ query: KeyQuery) async -> KeyAnswer {
    guard let records = table[query.name] else { return .noSuchName(secure: secure) }
    return records.isEmpty ? .noData(secure: secure) : .records(records, secure: secure)
  }

  /// ASCII letters in lower case, no trailing dot.
  private static func normalized(_ name: String) -> String {
    let octets = name.utf8.map(WireName.folded)
    return String(decoding: octets.last == UInt8(ascii: ".") ? octets.dropLast() : octets[...], as: UTF8.self)
  }
}
