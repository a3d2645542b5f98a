package import Glibc
internal import Synchronization

/// The user and group databases of the system (passwd(5), group(5), or what nsswitch.conf(5) names).
package enum Accounts {
  package struct User: Sendable, Hashable {
    /// The name of the account; its number if the database has no name for it.
    package let name: String
    package let uid: uid_t
    /// The primary group.
    package let gid: gid_t

    fileprivate init(_ entry: passwd) {
      uid = unsafe entry.pw_uid
      gid = unsafe entry.pw_gid
      name = unsafe entry.pw_name.map { unsafe String(cString: $0) } ?? "\(unsafe entry.pw_uid)"
    }
  }

  package struct Group: Sendable, Hashable {
    /// The name of the group; its number if the database has no name for it.
    package let name: String
    package let gid: gid_t
    /// The names of the users that the group database lists; users whose primary group this is may be missing.
    package let members: [String]

    fileprivate init(_ entry: Glibc.group) {
      gid = unsafe entry.gr_gid
      name = unsafe entry.gr_name.map { unsafe String(cString: $0) } ?? "\(unsafe entry.gr_gid)"
      var members: [String] = []
      var next = unsafe entry.gr_mem
      while let name = unsafe next?.pointee {
        members.append(unsafe String(cString: name))
        unsafe next = unsafe next?.successor()
      }
      self.members = members
    }
  }

  // MARK: Lookups

  /// Returns the account with a number.
  package static func user(_ uid: uid_t) -> User? {
    unsafe find(passwd(), User.init) { unsafe getpwuid_r(uid, $0, $1, $2, $3) }
  }

  /// Returns the account with a name or, if no account has that name, a number.
  package static func user(named name: String) -> User? {
    guard !name.utf8.contains(0) else { return nil }
    return unsafe find(passwd(), User.init) { unsafe getpwnam_r(name, $0, $1, $2, $3) } ?? uid_t(name).flatMap(user)
  }

  /// Returns the group with a number.
  package static func group(_ gid: gid_t) -> Group? {
    unsafe find(Glibc.group(), Group.init) { unsafe getgrgid_r(gid, $0, $1, $2, $3) }
  }

  /// Returns the number of the group with a name. A number that is not the name of a group is returned as is.
  package static func groupID(named name: String) -> gid_t? {
    guard !name.utf8.contains(0) else { return nil }
    let group = unsafe find(Glibc.group(), Group.init) { unsafe getgrnam_r(name, $0, $1, $2, $3) }
    return group?.gid ?? gid_t(name)
  }

  /// Returns the groups of a user whose primary group is `first`, as initgroups(3) sets them; `nil` if there are more
  /// than `limit`.
  package static func groups(of name: String, first: gid_t, limit: Int) -> [gid_t]? {
    var count = CInt(limit)
    var groups = [gid_t](repeating: 0, count: limit)
    guard unsafe getgrouplist(name, first, &groups, &count) >= 0 else { return nil }
    return Array(groups.prefix(Int(max(count, 0))))
  }

  // MARK: Enumeration

  /// The system has one position for enumerating accounts.
  private static let enumeration = Mutex(())

  /// Returns the first account that satisfies a condition. Slow if the accounts are on a directory server.
  package static func firstUser(where condition: (User) -> Bool) -> User? {
    enumeration.withLock { _ in
      setpwent()
      defer { endpwent() }
      while let entry = unsafe getpwent() {
        let user = unsafe User(entry.pointee)
        if condition(user) { return user }
      }
      return nil
    }
  }

  // MARK: Buffers

  private static let longestEntry = 1 << 26

  /// Calls a reentrant function with a buffer that grows until the entry fits.
  private static func find<Entry, Result>(
    _ empty: Entry, _ copy: (Entry) -> Result,
    _ call: (
      UnsafeMutablePointer<Entry>, UnsafeMutablePointer<CChar>, Int, UnsafeMutablePointer<UnsafeMutablePointer<Entry>?>
    ) -> CInt
  ) -> Result? {
    var size = 1 << 14
    while true {
      var entry = empty
      var found: UnsafeMutablePointer<Entry>?
      let buffer = UnsafeMutablePointer<CChar>.allocate(capacity: size)
      // The entry refers to the buffer.
      defer { unsafe buffer.deallocate() }
      let error = unsafe call(&entry, buffer, size, &found)
      if unsafe found != nil { return copy(entry) }
      guard error == ERANGE, size < longestEntry else { return nil }
      size *= 4
    }
  }
}
