internal import DKIMCore

/// The value of a data set setting: the kind, and the name after it.
struct DataSetSpecification: Sendable, Hashable {
  let kind: DataSetKind
  /// The text after `kind:`.
  let name: String

  /// The error that a text has an unknown word before its first colon.
  struct UnknownKind: Error, Hashable {
    let word: String
  }

  /// Parses `KIND:NAME`, if there is a colon before the first comma.
  ///
  /// Otherwise a name that ends with `.db` is a Berkeley DB, a name that starts with a slash is a file, and everything
  /// else is a list.
  init(_ text: String) throws(UnknownKind) {
    let bytes = Array(text.utf8)
    let whole = TextBytes.trimmed(bytes, bytes.indices)
    let name = bytes[whole]
    let comma = name.firstIndex(of: UInt8(ascii: ",")) ?? whole.upperBound
    guard let colon = name[..<comma].firstIndex(of: UInt8(ascii: ":")) else {
      self.name = String(decoding: name, as: UTF8.self)
      kind =
        if self.name.hasSuffix(".db") { .db } else if name.first == UInt8(ascii: "/") { .file } else { .csl }
      return
    }
    let word = String(decoding: name[..<colon].map(ASCII.lowercased), as: UTF8.self)
    if let kind = DataSetKind(rawValue: word) {
      self.kind = kind
      self.name = String(decoding: bytes[TextBytes.trimmed(bytes, colon + 1..<whole.upperBound)], as: UTF8.self)
    } else if Self.isIPv6(String(decoding: name[..<comma], as: UTF8.self)) {
      kind = .csl
      self.name = String(decoding: name, as: UTF8.self)
    } else {
      throw UnknownKind(word: String(decoding: name[..<colon], as: UTF8.self))
    }
  }

  /// True for an IPv6 address or network, such as `2001:db8::1`, `!2001:db8::/32` or `[::1]`.
  private static func isIPv6(_ entry: String) -> Bool {
    guard let network = HostNetwork(entry) else { return false }
    return network.address.bytes.count == 16
  }
}
