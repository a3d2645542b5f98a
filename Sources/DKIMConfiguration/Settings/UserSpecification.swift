/// The user, and optionally the group, that the filter runs as: `USER` or `USER:GROUP`. (`UserID`)
package struct UserSpecification: Sendable, Hashable, CustomStringConvertible {
  /// The name or number of the user.
  package let user: String
  /// The name or number of the group; `nil`: the groups of the user.
  package let group: String?

  /// Parses `USER` or `USER:GROUP`; `nil` if the user, or the group after a colon, is empty. A dot is not a separator,
  /// because names may contain dots.
  package init?(_ text: String) {
    let parts = text.unicodeScalars.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      .map { String($0) }
    guard !parts.contains("") else { return nil }
    user = parts[0]
    group = parts.count == 2 ? parts[1] : nil
  }

  package var description: String { user + (group.map { ":\($0)" } ?? "") }
}
