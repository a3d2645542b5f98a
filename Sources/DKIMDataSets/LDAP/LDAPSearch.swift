#if LDAP
  internal import CLDAP
  internal import DKIMConfiguration
  internal import Glibc

  /// What a server is asked.
  struct LDAPSearch {
    let base: String
    let scope: LDAPURL.Scope
    let filter: String
    let attributes: CStringList
    /// Entries
    let limit: Int

    /// How a search ended.
    struct End {
      /// `nil` where it was success.
      let failure: LDAPFailure?
      /// Whether the server said that others have more.
      let refersToOthers: Bool
    }

    /// References to other servers, and what else is no entry; a server that sends more does not mean well.
    private static let mostOthers = 1000

    /// Asks, and takes the entries one after the other, so that no more than one of them is kept.
    ///
    /// - Throws: what `take` throws, once everything was read where the connection is still good.
    func perform(
      on handle: LDAPHandle, _ step: String, until deadline: Deadline,
      _ take: (LDAPAnswer) throws(DataSetError) -> Void
    ) throws(DataSetError) -> End {
      let number = try begin(on: handle, step, until: deadline)
      var entries = 0
      var others = 0
      var refersToOthers = false
      var problem: DataSetError?
      while true {
        let answer = try handle.answer(to: number, step, until: deadline)
        switch answer.kind {
        case .end:
          if let problem { throw problem }
          return End(failure: answer.failure, refersToOthers: refersToOthers)
        case .entry:
          entries += 1
          guard problem == nil, entries <= limit else { break }
          do throws(DataSetError) {
            try take(answer)
          } catch {
            if case .temporary = error { throw error }
            problem = error
          }
        case .reference:
          others += 1
          refersToOthers = true
        case .other: others += 1
        }
        // Some servers send one more than they were asked for.
        guard entries - 1 <= limit, others <= Self.mostOthers else {
          throw .temporary("\(handle.server): \(step): the server sends more than it was asked for")
        }
      }
    }

    private func begin(on handle: LDAPHandle, _ step: String, until deadline: Deadline) throws(DataSetError) -> CInt {
      try unsafe handle.send(step, until: deadline) { pointer, number in
        // The server is to stop too; it counts seconds.
        var time = timeval(tv_sec: deadline.remaining / 1000 + 1, tv_usec: 0)
        return unsafe ldap_search_ext(
          pointer, base, scope.number, filter, attributes.pointer, 0, nil, nil, &time,
          limit == .max ? LDAP_NO_LIMIT : CInt(clamping: limit), &number)
      }
    }
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
