/// An address or network in a host list: `[!]ADDRESS[/BITS]`, where the address may be in brackets.
struct HostNetwork: Sendable, Hashable {
  let isNegated: Bool
  let address: IPAddress
  /// The prefix length; `nil` for a single address.
  let bits: Int?

  init?(_ text: String) {
    var rest = text[...]
    isNegated = rest.first == "!"
    if isNegated { rest.removeFirst() }
    if let slash = rest.lastIndex(of: "/") {
      // OpenDKIM compares these as text, so "/08" and "/+8" never match.
      let digits = rest[rest.index(after: slash)...]
      guard digits.utf8.count <= 3, let bits = Int(digits), String(bits) == digits else { return nil }
      self.bits = bits
      rest = rest[..<slash]
    } else {
      bits = nil
    }
    if rest.first == "[", rest.last == "]" { rest = rest.dropFirst().dropLast() }
    guard let address = IPAddress(String(rest)) else { return nil }
    self.address = address
    if let bits { guard (0...address.bytes.count * 8).contains(bits) else { return nil } }
  }

  /// True if bits after the prefix are set, so that no client ever matches.
  var hasHostBits: Bool { bits.map { address.masked(to: $0) != address } ?? false }
}
