/// The names of one lookup: the name looked up, followed by the targets of its CNAMEs.
struct AliasChain: Sendable {
  /// The maximum number of CNAMEs that one lookup follows.
  static let limit = 8

  private(set) var names: [WireName]

  init(_ first: WireName) { names = [first] }

  /// The name that is currently looked up.
  var current: WireName { names[names.count - 1] }

  /// Appends the target of a CNAME. Returns false if `name` is already in the chain or the chain has its maximum
  /// length.
  mutating func follow(_ name: WireName) -> Bool {
    guard names.count <= Self.limit, !names.contains(name) else { return false }
    names.append(name)
    return true
  }
}
