import CProcess
import DKIMConfiguration
import Glibc

/// Who the process becomes: `UserID`.
struct ProcessIdentity: Sendable, Hashable {
  let userName: String
  let user: uid_t
  let group: gid_t
  /// With those that have the user for a member. Settled here: another root directory may have no databases of them.
  let groups: [gid_t]

  init(_ specification: UserSpecification) throws(StartFailure) {
    guard let account = Self.account(specification.user) else {
      throw StartFailure(.dataError, "UserID: there is no user '\(specification.user)'")
    }
    userName = account.name
    user = account.user
    group = try specification.group.map { name throws(StartFailure) in try Self.group(name) } ?? account.group
    groups = try Self.groups(of: account.name, with: group)
  }

  /// Becomes that user for good, with the groups of that user, and makes sure that there is no way back.
  /// Nothing is done where the process is that user already.
  func assume() throws(StartFailure) {
    if geteuid() != 0 {
      guard geteuid() == user, getuid() == user, getegid() == group else {
        throw StartFailure(
          .noPermission,
          "cannot become \(userName) (\(user):\(group)): started by user \(geteuid()), not by root; "
            + "remove UserID or start as root")
      }
    } else {
      guard unsafe setgroups(groups.count, groups) == 0 else { throw Self.refused("setgroups") }
      guard cprocess_set_group(group) == 0 else { throw Self.refused("setresgid") }
      guard cprocess_set_user(user) == 0 else { throw Self.refused("setresuid") }
      try confirm()
    }
  }

  /// The three user and the three group numbers are as wanted, and root cannot be had again.
  private func confirm() throws(StartFailure) {
    guard cprocess_is_only(user, group) != 0 else {
      throw StartFailure(.noPermission, "privileges cannot be dropped: the process is not only \(user):\(group) now")
    }
    guard user != 0 else { return }
    if setuid(0) == 0 || seteuid(0) == 0 || geteuid() == 0 {
      throw StartFailure(.noPermission, "privileges cannot be dropped: root can be had again after setresuid()")
    }
  }

  private static func refused(_ call: String) -> StartFailure {
    StartFailure(.noPermission, "privileges cannot be dropped: \(call)(): \(lastSystemError())")
  }

  private static func account(_ text: String) -> (name: String, user: uid_t, group: gid_t)? {
    // Single-threaded when it is called: the static storage behind it is nobody else's.
    var entry = unsafe getpwnam(text)
    if unsafe entry == nil, let number = uid_t(text) { unsafe entry = getpwuid(number) }
    guard let entry = unsafe entry?.pointee else { return nil }
    return unsafe (String(cString: entry.pw_name), entry.pw_uid, entry.pw_gid)
  }

  private static func group(_ text: String) throws(StartFailure) -> gid_t {
    if let entry = unsafe getgrnam(text) { return unsafe entry.pointee.gr_gid }
    guard let number = gid_t(text) else { throw StartFailure(.dataError, "UserID: there is no group '\(text)'") }
    return number
  }

  /// As many groups as the system lets a process have.
  private static func groups(of user: String, with group: gid_t) throws(StartFailure) -> [gid_t] {
    var count: CInt = 65_536
    var groups = [gid_t](repeating: 0, count: Int(count))
    guard unsafe getgrouplist(user, group, &groups, &count) >= 0 else {
      throw StartFailure(.systemError, "UserID: '\(user)' is in more than \(groups.count) groups")
    }
    return Array(groups.prefix(Int(count)))
  }
}

/// What the process gives up for good before it talks to anybody.
enum Privileges {
  /// Set-uid programs and file capabilities mean nothing to this process and its children from here on.
  static func forbidNewOnes() throws(StartFailure) {
    guard cprocess_no_new_privileges() == 0 else {
      throw StartFailure(.noPermission, "PR_SET_NO_NEW_PRIVS: \(lastSystemError())")
    }
  }

  /// The root of the file system becomes `path`.
  static func changeRoot(to path: String) throws(StartFailure) {
    guard unsafe chdir(path) == 0, unsafe chroot(path) == 0, unsafe chdir("/") == 0 else {
      throw StartFailure(.systemError, "ChangeRootDirectory \(path): \(lastSystemError())")
    }
  }
}
