internal import Glibc

/// Users and groups as far as checks ask for them.
struct AccountDirectory: Sendable {
  struct Account: Sendable, Hashable {
    let name: String
    let uid: UInt32
    /// The group it acts with first, then those it is in.
    let groups: [UInt32]
  }

  /// The account of a name or number; `nil` where there is none.
  let account: @Sendable (String) -> Account?
  /// The groups of a user by name who acts with a group, as `initgroups` gives them. The account's own group is among
  /// them only where it is that one, or lists the user.
  let groups: @Sendable (_ name: String, _ first: UInt32) -> [UInt32]
  /// The number of a group, by name or number; `nil` where there is none.
  let group: @Sendable (String) -> UInt32?
  /// The name of a group.
  let groupName: @Sendable (UInt32) -> String

  /// Those of this machine.
  static let system = AccountDirectory(
    account: SystemAccounts.account, groups: SystemAccounts.groups, group: SystemAccounts.group,
    groupName: SystemAccounts.groupName)

  /// Whom a `UserID` means; `nil` where there is no such user or group.
  func identity(_ user: UserSpecification) -> Account? {
    guard let account = account(user.user) else { return nil }
    guard let name = user.group else { return account }
    guard let group = group(name) else { return nil }
    return Account(name: account.name, uid: account.uid, groups: groups(account.name, group))
  }
}

/// The databases of the system. The functions with `_r` keep no state between calls.
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
