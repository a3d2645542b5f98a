/// The names a question has walked through, from the one asked for over its CNAMEs.
struct AliasChain: Sendable {
  /// How many CNAMEs one question may walk through.
  static let limit = 8

  private(set) var names: [WireName]

  init(_ first: WireName) { names = [first] }

  /// The name that is looked for now.
  var current: WireName { names[names.count - 1] }

  /// False where `name` was met before or the chain is as long as it may be.
  mutating func follow(_ name: WireName) -> Bool {
    guard names.count <= Self.limit, !names.contains(name) else { return false }
    names.append(name)
    return true
  }
}
