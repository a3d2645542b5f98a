internal import Glibc

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
    account: SystemAccounts.account, groups: SystemAccounts.groups, group: SystemAccounts.group,
    groupName: SystemAccounts.groupName)

  /// The account that a `UserID` names; `nil` if the user or the group does not exist.
  func identity(_ user: UserSpecification) -> Account? {
    guard let account = account(user.user) else { return nil }
    guard let name = user.group else { return account }
    guard let group = group(name) else { return nil }
    return Account(name: account.name, uid: account.uid, groups: groups(account.name, group))
  }
}

/// The user and group databases of the system. The functions with `_r` are reentrant.
private enum SystemAccounts {
  private static let roomForEntry = 1 << 16

  static func account(_ name: String) -> AccountDirectory.Account? {
    guard !name.utf8.contains(0) else { return nil }
    var entry = unsafe passwd()
    var room = [CChar](repeating: 0, count: roomForEntry)
    var found: UnsafeMutablePointer<passwd>? = nil
    _ = unsafe getpwnam_r(name, &entry, &room, room.count, &found)
    if unsafe found == nil, let uid = UInt32(name) {
      _ = unsafe getpwuid_r(uid, &entry, &room, room.count, &found)
    }
    guard unsafe found != nil, let text = unsafe entry.pw_name else { return nil }
    let (uid, gid) = unsafe (entry.pw_uid, entry.pw_gid)
    let realName = unsafe String(cString: text)
    return AccountDirectory.Account(name: realName, uid: uid, groups: groups(of: realName, first: gid))
  }

  static func groups(of name: String, first: gid_t) -> [UInt32] {
    var count: CInt = 1024
    var groups = [gid_t](repeating: 0, count: Int(count))
    guard unsafe getgrouplist(name, first, &groups, &count) >= 0 else { return [first] }
    return [first] + groups.prefix(Int(max(count, 0))).filter { $0 != first }
  }

  static func group(_ name: String) -> UInt32? {
    guard !name.utf8.contains(0) else { return nil }
    var entry = unsafe Glibc.group()
    var room = [CChar](repeating: 0, count: roomForEntry)
    var found: UnsafeMutablePointer<Glibc.group>? = nil
    _ = unsafe getgrnam_r(name, &entry, &room, room.count, &found)
    if unsafe found != nil { return unsafe entry.gr_gid }
    return UInt32(name)
  }

  static func groupName(_ gid: UInt32) -> String {
    var entry = unsafe Glibc.group()
    var room = [CChar](repeating: 0, count: roomForEntry)
    var found: UnsafeMutablePointer<Glibc.group>? = nil
    _ = unsafe getgrgid_r(gid, &entry, &room, room.count, &found)
    guard unsafe found != nil, let name = unsafe entry.gr_name else { return "\(gid)" }
    return unsafe String(cString: name)
  }
}
