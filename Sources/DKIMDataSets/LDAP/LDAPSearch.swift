#if LDAP
  internal import CLDAP
  internal import DKIMConfiguration
  internal import Glibc

  /// A search request.
  struct LDAPSearch {
    let base: String
    let scope: LDAPURL.Scope
    let filter: String
    let attributes: CStringList
    /// Maximum number of entries
    let limit: Int

    /// How a search ended.
    struct End {
      /// `nil` for success.
      let failure: LDAPFailure?
      /// Whether the server referred to other servers for more entries.
      let refersToOthers: Bool
    }

    /// Maximum number of references and other messages that are not entries; a server that sends more is not trusted.
    private static let mostOthers = 1000

    /// Sends the search, and passes the entries to `take` one after another, so that only one is in memory.
    ///
    /// - Throws: the errors of `take`; if the connection is still usable, only after all messages have been read.
    func perform(
      on handle: LDAPHandle, _ step: String, until deadline: Deadline,
      _ take: (LDAPResponse) throws(DataSetError) -> Void
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
        // Some servers send one entry more than requested.
        guard entries - 1 <= limit, others <= Self.mostOthers else {
          throw .temporary("\(handle.server): \(step): the server sent more than requested")
        }
      }
    }

    private func begin(on handle: LDAPHandle, _ step: String, until deadline: Deadline) throws(DataSetError) -> CInt {
      try unsafe handle.send(step, until: deadline) { pointer, number in
        // The server gets a time limit, too, in whole seconds.
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
