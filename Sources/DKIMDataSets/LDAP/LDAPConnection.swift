#if LDAP
  internal import CLDAP
  internal import DKIMConfiguration

  /// A directory that somebody is logged in to.
  final class LDAPConnection: StoreConnection {
    private let handle: LDAPHandle
    private let name: LDAPName
    private let attributes: CStringList
    /// The attributes of a walk, the key at the end.
    private let walkAttributes: CStringList
    private let tail: LDAPTail

    /// A key that no directory holds, and no server takes for a mistake.
    private static let probe = "probe.invalid"
    /// A longer key is in no directory; octets.
    static let longestKey = 8192

    init(_ handle: LDAPHandle, _ name: LDAPName) {
      self.handle = handle
      self.name = name
      tail = LDAPTail(of: name.base)
      // Without names the server would send all.
      attributes = CStringList(name.attributes.isEmpty ? [LDAP_NO_ATTRS] : name.attributes)
      walkAttributes = CStringList(name.attributes + [name.walk?.keyAttribute ?? LDAP_NO_ATTRS])
    }

    /// Finds out whether the directory can be asked at all, with a key that it does not hold.
    func check(until deadline: Deadline) throws(DataSetError) {
      let found = try find(Self.probe, [], CStringList([LDAP_NO_ATTRS]), until: deadline)
      switch found {
      case .entry, .absent: return
      case .badName(let failure): throw failure.error(handle.server, Self.step)
      // A replica that is not filled yet will be, but that is no matter of the URL alone.
      case .noBase(let failure): throw noBase(failure, isTemporary: name.base.holdsKey)
      }
    }

    func row(for key: String, until deadline: Deadline) throws(DataSetError) -> DataSetRow? {
      guard !key.isEmpty, key.utf8.count <= Self.longestKey else { return nil }
      switch try find(key, name.attributes, attributes, until: deadline) {
      case .entry(let columns):
        return DataSetRow(key: key, value: columns.isEmpty ? nil : .columns(columns), place: nil)
      // No entry can have such a name.
      case .absent, .badName: return nil
      // It was there when the connection was made.
      case .noBase(let failure): throw noBase(failure, isTemporary: true)
      }
    }

    func rows(limit: Int, until deadline: Deadline) throws(DataSetError) -> [DataSetRow] {
      guard let walk = name.walk else { throw .notWalkable }
      // A directory takes 0 for no limit.
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
          // The connection has more to say that nobody would listen to.
          guard !counter.isOver else { throw .temporary("\(handle.server): the entries \(WalkCounter.tooMuch)") }
          rows.append(DataSetRow(key: key, value: columns.isEmpty ? nil : .columns(columns), place: nil))
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

    private static let step = "looking a key up"

    /// What became of a look-up.
    private enum Found {
      case entry([String?])
      case absent
      /// The key and what stands around it make no name of an entry.
      case badName(LDAPFailure)
      /// The entry that all others are below is not there, or must not be seen: that is no word on the key.
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
      // There may be more entries: the first is the one.
      if let columns, end.failure.map({ $0.code == LDAP_SIZELIMIT_EXCEEDED }) ?? true { return .entry(columns) }
      if let failure = end.failure { return try verdict(failure, until: deadline) }
      // Whoever has the rest of the entries may have the key.
      if end.refersToOthers { throw elsewhere }
      return .absent
    }

    /// What a result that is no success says of a key. A server that refers to another says nothing of it, and neither
    /// does an alias that leads nowhere.
    private func verdict(_ failure: LDAPFailure, until deadline: Deadline) throws(DataSetError) -> Found {
      switch failure.code {
      case LDAP_INVALID_DN_SYNTAX where name.base.holdsKey: return .badName(failure)
      case LDAP_NO_SUCH_OBJECT where name.base.holdsKey:
        if tail.isReached(by: failure.matchedDN) { return .absent }
        // Some servers do not tell how far they came.
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
        + "the URL is to name one that is there, and that LDAPBindUser may see"
      return isTemporary ? .temporary(why) : .unusable(why)
    }

    private var elsewhere: DataSetError {
      .unusable(
        "\(handle.server): some of the entries below \"\(ServerText.shown(tail.dn))\" are on other servers, which are "
          + "not asked; name a base that this server has all of, or the server that has the entries")
    }
  }
#endif
