/// `UserID`: who the filter becomes, `USER` or `USER:GROUP`.
public struct UserSpecification: Sendable, Hashable, CustomStringConvertible {
  /// A name, or a number.
  public let user: String
  /// A name, or a number; `nil`: the groups of the user.
  public let group: String?

  /// `nil` where the user, or the group behind a colon, is empty. A dot separates nothing: names may have one.
  public init?(_ text: String) {
    let parts = text.unicodeScalars.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      .map { String($0) }
    guard !parts.contains("") else { return nil }
    user = parts[0]
    group = parts.count == 2 ? parts[1] : nil
  }

  public var description: String { user + (group.map { ":\($0)" } ?? "") }
}
