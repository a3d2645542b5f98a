internal import SystemSupport

/// Looks up users and groups for the checks; tests can replace it.
struct AccountDirectory: Sendable {
  struct Account: Sendable, Hashable {
    let name: String
    let uid: UInt32
    /// The group that the account acts with, followed by its supplementary groups.
    let groups: [UInt32]
  }

  /// The account with a name or number; `nil` if there is none.
  let account: @Sendable (String) -> Account?
  /// The groups of a user whose primary group is `first`, as initgroups(3) sets them. The primary group of the account
  /// is included only if it is `first`, or if the group database lists the user in it.
  let groups: @Sendable (_ name: String, _ first: UInt32) -> [UInt32]
  /// The number of a group, by name or number; `nil` if there is none.
  let group: @Sendable (String) -> UInt32?
  /// The name of a group.
  let groupName: @Sendable (UInt32) -> String

  /// The users and groups of this machine.
  static let system = AccountDirectory(
    account: { name in
      Accounts.user(named: name).map {
        Account(name: $0.name, uid: $0.uid, groups: systemGroups(of: $0.name, first: $0.gid))
      }
    },
    groups: systemGroups,
    group: Accounts.groupID(named:),
    groupName: { Accounts.group($0)?.name ?? "\($0)" })

  @Sendable private static func systemGroups(of name: String, first: UInt32) -> [UInt32] {
    [first] + (Accounts.groups(of: name, first: first, limit: 1024) ?? []).filter { $0 != first }
  }

  /// The account that a `UserID` names; `nil` if the user or the group does not exist.
  func identity(_ user: UserSpecification) -> Account? {
    guard let account = account(user.user) else { return nil }
    guard let name = user.group else { return account }
    guard let group = group(name) else { return nil }
    return Account(name: account.name, uid: account.uid, groups: groups(account.name, group))
  }
}
