internal import Glibc
internal import Synchronization

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
  package static var current: KeyUser { Accounts.user(geteuid()) }

  /// The account with a name (without group) or number; `nil` if there is none.
  package init?(named name: String) {
    guard let user = Accounts.user(named: name) else { return nil }
    self = user
  }
}

/// The user and group databases. A lock protects them, because each call overwrites the result of the previous one.
enum Accounts {
  private static let lock = Mutex(())

  static func user(_ uid: uid_t) -> KeyUser {
    lock.withLock { _ in
      // The result is copied before the lock is released.
      guard let entry = unsafe getpwuid(uid), let name = unsafe entry.pointee.pw_name else {
        return KeyUser(uid: uid, name: "\(uid)")
      }
      return KeyUser(uid: uid, name: unsafe String(cString: name))
    }
  }

  static func user(named name: String) -> KeyUser? {
    lock.withLock { _ in
      if let entry = unsafe getpwnam(name) { return KeyUser(uid: unsafe entry.pointee.pw_uid, name: name) }
      guard let uid = UInt32(name), let entry = unsafe getpwuid(uid), let found = unsafe entry.pointee.pw_name else {
        return nil
      }
      return KeyUser(uid: uid, name: unsafe String(cString: found))
    }
  }

  /// The facts about a group that matter for key files.
  struct Group {
    let name: String
    /// A member other than the user and the superuser; `isPrimary` if this is the primary group of the member.
    let other: (name: String, isPrimary: Bool)?
  }

  /// Searches all accounts for another member of a group. Slow if the accounts are on a directory server.
  @Sendable static func group(_ gid: gid_t, besides user: KeyUser) -> Group {
    lock.withLock { _ in
      var name = "\(gid)"
      var member: String?
      if let entry = unsafe getgrgid(gid) {
        name = unsafe entry.pointee.gr_name.map { unsafe String(cString: $0) } ?? name
        member = unsafe members(entry.pointee.gr_mem).first { $0 != user.name && $0 != "root" }
      }
      if let account = primaryMember(gid, besides: user) { return Group(name: name, other: (account, true)) }
      return Group(name: name, other: member.map { ($0, false) })
    }
  }

  private static func members(_ list: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> [String] {
    guard var next = unsafe list else { return [] }
    var names: [String] = []
    while let name = unsafe next.pointee {
      names.append(unsafe String(cString: name))
      unsafe next += 1
    }
    return names
  }

  private static func primaryMember(_ gid: gid_t, besides user: KeyUser) -> String? {
    setpwent()
    defer { endpwent() }
    while let entry = unsafe getpwent() {
      let uid = unsafe entry.pointee.pw_uid
      guard unsafe entry.pointee.pw_gid == gid, uid != user.uid, uid != 0 else { continue }
      return unsafe entry.pointee.pw_name.map { unsafe String(cString: $0) } ?? "\(uid)"
    }
    return nil
  }
}
