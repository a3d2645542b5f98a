#if LDAP
  internal import CLDAP
  internal import DKIMConfiguration
  internal import Glibc

  /// A directory that somebody is logged in to.
  final class LDAPConnection: StoreConnection {
    private let handle: LDAPHandle
    private let name: LDAPName
    private let attributes: CStringList
    /// The attributes of a walk, the key at the end.
    private let walkAttributes: CStringList

    /// A key that no directory holds, and no server takes for a mistake.
    private static let probe = "probe.invalid"
    /// A longer key is in no directory; octets.
    static let longestKey = 8192

    init(_ handle: LDAPHandle, _ name: LDAPName) {
      self.handle = handle
      self.name = name
      // Without names the server would send all.
      attributes = CStringList(name.attributes.isEmpty ? [LDAP_NO_ATTRS] : name.attributes)
      walkAttributes = CStringList(name.attributes + [name.walk?.keyAttribute ?? LDAP_NO_ATTRS])
    }

    /// Finds out whether the directory can be asked at all.
    func check(until deadline: Deadline) throws(DataSetError) {
      let base = name.base.text(for: Self.probe, in: .dn)
      let search = LDAPSearch(
        base: base, scope: name.base.holdsKey ? name.scope : .base,
        filter: name.filter.template.text(for: Self.probe, in: .filter), attributes: CStringList([LDAP_NO_ATTRS]),
        limit: 1)
      guard let failure = try result(of: search, until: deadline).failure else { return }
      switch failure.code {
      case LDAP_SIZELIMIT_EXCEEDED: return
      case LDAP_NO_SUCH_OBJECT, LDAP_REFERRAL:
        if !name.base.holdsKey { throw noBase(failure) }
      default: throw failure.error(handle.server, "looking for \"\(ServerText.shown(base))\"")
      }
    }

    func row(for key: String, until deadline: Deadline) throws(DataSetError) -> DataSetRow? {
      guard !key.isEmpty, key.utf8.count <= Self.longestKey else { return nil }
      let search = LDAPSearch(
        base: name.base.text(for: key, in: .dn), scope: name.scope,
        filter: name.filter.template.text(for: key, in: .filter), attributes: attributes, limit: 1)
      let answer = try result(of: search, until: deadline)
      // There may be more entries: the first is the one.
      if let failure = answer.failure, failure.code != LDAP_SIZELIMIT_EXCEEDED {
        guard failure.isAbsence else { throw failure.error(handle.server, "looking a key up") }
        // A key that is part of the base and not there is no mistake; a base that nobody has is one.
        if !name.base.holdsKey { throw noBase(failure) }
        return nil
      }
      guard let columns = try answer.firstColumns(name.attributes) else { return nil }
      return DataSetRow(key: key, value: columns.isEmpty ? nil : .columns(columns), place: nil)
    }

    func rows(limit: Int, until deadline: Deadline) throws(DataSetError) -> [DataSetRow] {
      guard let walk = name.walk else { throw .notWalkable }
      let search = LDAPSearch(
        base: name.base.text(for: "", in: .dn), scope: name.scope, filter: walk.filter, attributes: walkAttributes,
        limit: limit)
      let number = try begin(search, until: deadline)
      var rows: [DataSetRow] = []
      var size = 0
      while true {
        let answer = try handle.answer(to: number, all: false, "listing entries", until: deadline)
        if answer.isLast {
          if let failure = answer.failure, failure.code != LDAP_SIZELIMIT_EXCEEDED || rows.count < limit {
            throw failure.error(handle.server, "listing entries")
          }
          return rows
        }
        guard rows.count < limit, let columns = try answer.firstColumns(name.attributes) else { continue }
        size += columns.reduce(64) { $0 + ($1?.utf8.count ?? 0) }
        // The connection has more to say that nobody would listen to.
        guard size <= StoreLimits.largestWalk else {
          throw .temporary("\(handle.server): the entries have more than \(StoreLimits.largestWalk) octets")
        }
        for key in try answer.allValues(walk.keyAttribute).prefix(limit - rows.count) {
          rows.append(DataSetRow(key: key, value: columns.isEmpty ? nil : .columns(columns), place: nil))
        }
      }
    }

    // MARK: Searching

    private func result(of search: LDAPSearch, until deadline: Deadline) throws(DataSetError) -> LDAPAnswer {
      let number = try begin(search, until: deadline)
      return try handle.answer(to: number, all: true, "looking a key up", until: deadline)
    }

    private func begin(_ search: LDAPSearch, until deadline: Deadline) throws(DataSetError) -> CInt {
      try unsafe handle.send("looking a key up", until: deadline) { pointer, number in
        // The server is to stop too; it counts seconds.
        var time = timeval(tv_sec: deadline.remaining / 1000 + 1, tv_usec: 0)
        return unsafe ldap_search_ext(
          pointer, search.base, search.scope.number, search.filter, search.attributes.pointer, 0, nil, nil, &time,
          search.limit == .max ? LDAP_NO_LIMIT : CInt(clamping: search.limit), &number)
      }
    }

    private func noBase(_ failure: LDAPFailure) -> DataSetError {
      let base = name.base.text(for: "", in: .dn)
      return .unusable(
        "\(handle.server): the entry \"\(ServerText.shown(base))\" cannot be searched: \(failure.text); "
          + "the URL is to name one that is there, and that LDAPBindUser may see")
    }
  }

  /// What a server is asked.
  private struct LDAPSearch {
    let base: String
    let scope: LDAPURL.Scope
    let filter: String
    let attributes: CStringList
    /// Entries
    let limit: Int
  }

  extension LDAPURL.Scope {
    fileprivate var number: CInt {
      switch self {
      case .base: CInt(LDAP_SCOPE_BASE)
      case .one: CInt(LDAP_SCOPE_ONELEVEL)
      case .sub: CInt(LDAP_SCOPE_SUBTREE)
      case .children: CInt(LDAP_SCOPE_CHILDREN)
      }
    }
  }
#endif
