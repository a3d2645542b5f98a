#if LDAP
  internal import CLDAP
  internal import DKIMConfiguration

  /// A directory server after the login.
  final class LDAPConnection: StoreConnection {
    private let handle: LDAPHandle
    private let name: LDAPName
    private let attributes: CStringList
    /// The attributes for listing all rows; the last one is the key.
    private let walkAttributes: CStringList
    private let tail: LDAPTail

    /// A key that no directory contains, and that no server rejects as invalid.
    private static let probe = "probe.invalid"
    /// Maximum length of a key in bytes; longer keys are not looked up.
    static let longestKey = 8192

    init(_ handle: LDAPHandle, _ name: LDAPName) {
      self.handle = handle
      self.name = name
      tail = LDAPTail(of: name.base)
      // Without attribute names, the server would send all attributes.
      attributes = CStringList(name.attributes.isEmpty ? [LDAP_NO_ATTRS] : name.attributes)
      walkAttributes = CStringList(name.attributes + [name.walk?.keyAttribute ?? LDAP_NO_ATTRS])
    }

    /// Checks that the directory can be searched, with a key that it does not contain.
    func check(until deadline: Deadline) throws(DataSetError) {
      let found = try find(Self.probe, [], CStringList([LDAP_NO_ATTRS]), until: deadline)
      switch found {
      case .entry, .absent: return
      case .badName(let failure): throw failure.error(handle.server, Self.step)
      // A replica may still be empty, which is temporary. But if the base does not depend on the key, the URL is wrong.
      case .noBase(let failure): throw noBase(failure, isTemporary: name.base.holdsKey)
      }
    }

    func row(for key: String, until deadline: Deadline) throws(DataSetError) -> DataSetRow? {
      guard !key.isEmpty, key.utf8.count <= Self.longestKey else { return nil }
      switch try find(key, name.attributes, attributes, until: deadline) {
      case .entry(let columns):
        return DataSetRow(key: key, value: columns.isEmpty ? nil : .columns(columns), location: nil)
      // No entry can have this name.
      case .absent, .badName: return nil
      // The base existed when the connection was made.
      case .noBase(let failure): throw noBase(failure, isTemporary: true)
      }
    }

    func rows(limit: Int, until deadline: Deadline) throws(DataSetError) -> [DataSetRow] {
      guard let walk = name.walk else { throw .notWalkable }
      // To a directory server, 0 means no limit.
      guard limit > 0 else { return [] }
      let search = LDAPSearch(
        base: name.base.text(for: "", in: .dn), scope: name.scope, filter: walk.filter, attributes: walkAttributes,
        limit: limit)
      var rows: [DataSetRow] = []
      var counter = WalkCounter()
      let end = try search.perform(on: handle, "listing entries", until: deadline) { entry throws(DataSetError) in
        let columns = try entry.columns(name.attributes)
        counter.count(columns)
        for key in try entry.values(walk.keyAttribute, atMost: limit - rows.count) {
          counter.count(key)
          // The connection still has unread data and cannot be used again.
          guard !counter.isOver else { throw .temporary("\(handle.server): the entries \(WalkCounter.tooMuch)") }
          rows.append(DataSetRow(key: key, value: columns.isEmpty ? nil : .columns(columns), location: nil))
        }
      }
      if rows.count < limit {
        if let failure = end.failure { throw failure.error(handle.server, "listing entries") }
        if end.refersToOthers { throw elsewhere }
      } else if let failure = end.failure, failure.code != LDAP_SIZELIMIT_EXCEEDED {
        throw failure.error(handle.server, "listing entries")
      }
      return rows
    }

    // MARK: Looking up

    private static let step = "looking up a key"

    /// Result of a search for a key.
    private enum Found {
      case entry([String?])
      case absent
      /// The key makes the DN invalid.
      case badName(LDAPFailure)
      /// The base entry does not exist or is not visible, so the result does not show whether the key exists.
      case noBase(LDAPFailure)
    }

    private func find(
      _ key: String, _ names: [String], _ attributes: CStringList, until deadline: Deadline
    ) throws(DataSetError) -> Found {
      let search = LDAPSearch(
        base: name.base.text(for: key, in: .dn), scope: name.scope,
        filter: name.filter.template.text(for: key, in: .filter), attributes: attributes, limit: 1)
      var columns: [String?]?
      let end = try search.perform(on: handle, Self.step, until: deadline) { entry throws(DataSetError) in
        columns = try entry.columns(names)
      }
      // There may be more entries; only the first is used.
      if let columns, end.failure.map({ $0.code == LDAP_SIZELIMIT_EXCEEDED }) ?? true { return .entry(columns) }
      if let failure = end.failure { return try verdict(failure, until: deadline) }
      // Another server has some of the entries and may have the key.
      if end.refersToOthers { throw elsewhere }
      return .absent
    }

    /// Interprets an error result of a search. Referrals and broken aliases do not show whether the key exists, so they
    /// throw.
    private func verdict(_ failure: LDAPFailure, until deadline: Deadline) throws(DataSetError) -> Found {
      switch failure.code {
      case LDAP_INVALID_DN_SYNTAX where name.base.holdsKey: return .badName(failure)
      case LDAP_NO_SUCH_OBJECT where name.base.holdsKey:
        if tail.isReached(by: failure.matchedDN) { return .absent }
        // Some servers do not report how much of the DN they found.
        return try isSeen(tail, until: deadline) ? .absent : .noBase(failure)
      case LDAP_INVALID_DN_SYNTAX, LDAP_NO_SUCH_OBJECT: return .noBase(failure)
      default: throw failure.error(handle.server, Self.step)
      }
    }

    private func isSeen(_ tail: LDAPTail, until deadline: Deadline) throws(DataSetError) -> Bool {
      let search = LDAPSearch(
        base: tail.dn, scope: .base, filter: LDAPFilter.any, attributes: CStringList([LDAP_NO_ATTRS]), limit: 1)
      var isThere = false
      let end = try search.perform(on: handle, Self.step, until: deadline) { _ throws(DataSetError) in isThere = true }
      return isThere && end.failure == nil
    }

    private func noBase(_ failure: LDAPFailure, isTemporary: Bool) -> DataSetError {
      let why =
        "\(handle.server): the entry \"\(ServerText.shown(tail.dn))\" cannot be searched: \(failure.text); "
        + "write an entry in the URL that exists and that LDAPBindUser may read"
      return isTemporary ? .temporary(why) : .unusable(why)
    }

    private var elsewhere: DataSetError {
      .unusable(
        "\(handle.server): some of the entries below \"\(ServerText.shown(tail.dn))\" are on other servers, which are "
          + "not queried; name a base whose entries are all on this server, or the server that has the entries")
    }
  }
#endif
