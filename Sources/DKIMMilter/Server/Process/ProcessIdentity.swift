import CProcess
import DKIMConfiguration
import Glibc

/// The user and groups that the process runs as (`UserID`).
struct ProcessIdentity: Sendable, Hashable {
  let userName: String
  let user: uid_t
  let group: gid_t
  /// All groups of the user. They are looked up early, because a changed root directory may not contain the databases.
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

  /// Switches permanently to the user and its groups, and checks that root privileges cannot be regained. Does nothing
  /// if the process already runs as this user.
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

  /// Checks that the real, effective and saved user and group IDs are correct and that root cannot be regained.
  private func confirm() throws(StartFailure) {
    guard cprocess_is_only(user, group) != 0 else {
      throw StartFailure(.noPermission, "failed to drop privileges: not all IDs of the process are \(user):\(group)")
    }
    guard user != 0 else { return }
    if setuid(0) == 0 || seteuid(0) == 0 || geteuid() == 0 {
      throw StartFailure(.noPermission, "failed to drop privileges: root could be regained after setresuid()")
    }
  }

  private static func refused(_ call: String) -> StartFailure {
    StartFailure(.noPermission, "failed to drop privileges: \(call)(): \(lastSystemError())")
  }

  private static func account(_ text: String) -> (name: String, user: uid_t, group: gid_t)? {
    // There is only one thread at this time, so the static storage of getpwnam() is safe to use.
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

  /// Looks up the groups of a user, up to the system's limit.
  private static func groups(of user: String, with group: gid_t) throws(StartFailure) -> [gid_t] {
    var count: CInt = 65_536
    var groups = [gid_t](repeating: 0, count: Int(count))
    guard unsafe getgrouplist(user, group, &groups, &count) >= 0 else {
      throw StartFailure(.systemError, "UserID: '\(user)' is in more than \(groups.count) groups")
    }
    return Array(groups.prefix(Int(count)))
  }
}

/// Privileges that the process gives up permanently before it accepts connections.
enum Privileges {
  /// Makes set-uid programs and file capabilities ineffective for this process and its children.
  static func forbidNewOnes() throws(StartFailure) {
    guard cprocess_no_new_privileges() == 0 else {
      throw StartFailure(.noPermission, "PR_SET_NO_NEW_PRIVS: \(lastSystemError())")
    }
  }

  /// Changes the root directory to `path`.
  static func changeRoot(to path: String) throws(StartFailure) {
    guard unsafe chdir(path) == 0, unsafe chroot(path) == 0, unsafe chdir("/") == 0 else {
      throw StartFailure(.systemError, "ChangeRootDirectory \(path): \(lastSystemError())")
    }
  }
}
