internal import Glibc
internal import SystemSupport

/// The user who signs, and who may own the key files.
package struct KeyUser: Sendable, Hashable {
  package let uid: UInt32
  /// The name of the account, or the number if the account has no name.
  package let name: String

  package init(uid: UInt32, name: String) {
    self.uid = uid
    self.name = name
  }

  /// The user of this process.
  package static var current: KeyUser { KeyUser(geteuid()) }

  /// The account with a number.
  init(_ uid: UInt32) { self.init(uid: uid, name: Accounts.user(uid)?.name ?? "\(uid)") }

  /// The account with a name (without group) or number; `nil` if there is none.
  package init?(named name: String) {
    guard let user = Accounts.user(named: name) else { return nil }
    self.init(uid: user.uid, name: user.name)
  }
}

/// The facts about a group that matter for key files.
struct KeyGroup: Sendable {
  let name: String
  /// A member other than the user and the superuser; `isPrimary` if this is the primary group of the member.
  let other: (name: String, isPrimary: Bool)?

  /// Searches all accounts for another member of a group. Slow if the accounts are on a directory server.
  @Sendable static func find(_ gid: gid_t, besides user: KeyUser) -> KeyGroup {
    let group = Accounts.group(gid)
    let name = group?.name ?? "\(gid)"
    let account = Accounts.firstUser { $0.gid == gid && $0.uid != user.uid && $0.uid != 0 }
    if let account { return KeyGroup(name: name, other: (account.name, true)) }
    let member = group?.members.first { $0 != user.name && $0 != "root" }
    return KeyGroup(name: name, other: member.map { ($0, false) })
  }
}
