/// What a setting says about a data set: its kind and what stands behind it.
struct DataSetSpecification: Sendable, Hashable {
  let kind: DataSetKind
  /// Without `kind:`.
  let name: String

  /// Why a text names no kind of data set.
  struct UnknownKind: Error, Hashable {
    let word: String
  }

  /// Reads `KIND:NAME`, where the first colon stands before any comma; else the name tells the kind: `.db` at the
  /// end, a slash at the beginning, or a list.
  init(_ text: String) throws(UnknownKind) {
    let octets = Array(text.utf8)
    let whole = TextOctets.trimmed(octets, octets.indices)
    let name = octets[whole]
    let comma = name.firstIndex(of: UInt8(ascii: ",")) ?? whole.upperBound
    guard let colon = name[..<comma].firstIndex(of: UInt8(ascii: ":")) else {
      self.name = String(decoding: name, as: UTF8.self)
      kind =
        if self.name.hasSuffix(".db") { .db } else if name.first == UInt8(ascii: "/") { .file } else { .csl }
      return
    }
    let word = String(decoding: name[..<colon].map { TextOctets.folded($0) }, as: UTF8.self)
    if let kind = DataSetKind(rawValue: word) {
      self.kind = kind
      self.name = String(decoding: octets[TextOctets.trimmed(octets, colon + 1..<whole.upperBound)], as: UTF8.self)
    } else if Self.isIPv6(String(decoding: name[..<comma], as: UTF8.self)) {
      kind = .csl
      self.name = String(decoding: name, as: UTF8.self)
    } else {
      throw UnknownKind(word: String(decoding: name[..<colon], as: UTF8.self))
    }
  }

  /// `2001:db8::1`, `!2001:db8::/32`, `[::1]`: what no kind is called.
  private static func isIPv6(_ entry: String) -> Bool {
    guard let network = HostNetwork(entry) else { return false }
    return network.address.octets.count == 16
  }
}
