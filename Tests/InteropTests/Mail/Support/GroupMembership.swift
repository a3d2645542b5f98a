import TestSupport

/// `adduser USER GROUP`, undone at the end if the user was not a member before.
struct GroupMembership {
  private let user: String
  private let group: String
  private let wasMember: Bool

  init(user: String, group: String) throws {
    self.user = user
    self.group = group
    wasMember = Spawn.run(["sh", "-c", "id -nG \(user) | tr ' ' '\\n' | grep -qx \(group)"]) == 0
    guard wasMember || Spawn.run(["gpasswd", "-a", user, group]) == 0 else {
      throw ChildProcess.Failure("\(user) cannot be put into group \(group)")
    }
  }

  func end() {
    if !wasMember { _ = Spawn.run(["gpasswd", "-d", user, group]) }
  }
}
