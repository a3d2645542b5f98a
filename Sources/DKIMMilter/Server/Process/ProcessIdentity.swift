import CProcess
import DKIMConfiguration
import Glibc
import SystemSupport

/// The user and groups that the process runs as (`UserID`).
struct ProcessIdentity: Sendable, Hashable {
  let userName: String
  let user: uid_t
  let group: gid_t
  /// All groups of the user. They are looked up early, because a changed root directory may not contain the databases.
  let groups: [gid_t]

  init(_ specification: UserSpecification) throws(StartFailure) {
    guard let account = Accounts.user(named: specification.user) else {
      throw StartFailure(.dataError, "\(Setting.userID.name): there is no user '\(specification.user)'")
    }
    userName = account.name
    user = account.uid
    group = try specification.group.map { name throws(StartFailure) in try Self.group(name) } ?? account.gid
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
            + "remove \(Setting.userID.name) or start as root")
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

  private static func group(_ text: String) throws(StartFailure) -> gid_t {
    guard let group = Accounts.groupID(named: text) else {
      throw StartFailure(.dataError, "\(Setting.userID.name): there is no group '\(text)'")
    }
    return group
  }

  /// Looks up the groups of a user, up to the system's limit.
  private static func groups(of user: String, with group: gid_t) throws(StartFailure) -> [gid_t] {
    let limit = 65_536
    guard let groups = Accounts.groups(of: user, first: group, limit: limit) else {
      throw StartFailure(.systemError, "\(Setting.userID.name): '\(user)' is in more than \(limit) groups")
    }
    return groups
  }
}

/// Privileges that the process gives up permanently before it accepts connections.
enum Privileges {
  /// Makes set-uid programs and file capabilities ineffective for this process and its children.
  static func setNoNewPrivileges() throws(StartFailure) {
    guard cprocess_no_new_privileges() == 0 else {
      throw StartFailure(.noPermission, "PR_SET_NO_NEW_PRIVS: \(lastSystemError())")
    }
  }

  /// Changes the root directory to `path`.
  static func changeRoot(to path: String) throws(StartFailure) {
    guard unsafe chdir(path) == 0, unsafe chroot(path) == 0, unsafe chdir("/") == 0 else {
      throw StartFailure(.systemError, "\(Setting.changeRootDirectory.name) \(path): \(lastSystemError())")
    }
  }
}
