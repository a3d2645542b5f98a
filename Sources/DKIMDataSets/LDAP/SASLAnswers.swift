#if LDAP
  internal import CLDAP
  internal import DKIMConfiguration
  internal import Glibc

  /// The values for the prompts of a SASL mechanism.
  struct SASLAnswers: Sendable, Hashable {
    /// `LDAPAuthName`: the authentication identity.
    var name: String?
    /// `LDAPAuthUser`: the authorization identity; `nil`: the authentication identity.
    var user: String?
    var realm: String?
    var password: String?

    func perform(_ mechanism: String, on handle: LDAPHandle, until deadline: Deadline) throws(DataSetError) {
      let step = "login with \(ServerText.shown(mechanism))"
      let talk = SASLTalk(self)
      var last: LDAPResponse?
      // The library reads this value again in the next step.
      var chosen: UnsafePointer<CChar>?
      while true {
        let (code, number) = try unsafe handle.call(until: deadline) { pointer, number in
          unsafe ldap_sasl_interactive_bind(
            pointer, nil, mechanism, nil, nil, UInt32(LDAP_SASL_QUIET),
            { _, _, talk, questions in unsafe SASLTalk.answer(talk, questions) },
            Unmanaged.passUnretained(talk).toOpaque(), last?.pointer, &chosen, &number)
        }
        if code == LDAP_SUCCESS { return }
        guard code == LDAP_SASL_BIND_IN_PROGRESS else {
          if let setting = talk.missing {
            throw .unusable("\(handle.server): \(step): \(setting) is not set, but the mechanism requires it")
          }
          throw Self.error(handle.failure(code), handle.server, step)
        }
        last = try handle.answer(to: number, step, until: deadline)
      }
    }

    /// A mechanism that cannot continue returns "local error", which time does not fix.
    private static func error(_ failure: LDAPFailure, _ server: LDAPName.Server, _ step: String) -> DataSetError {
      guard failure.code == LDAP_LOCAL_ERROR else { return failure.error(server, step) }
      return .unusable("\(server): \(step): \(failure.text)")
    }
  }

  /// The values in the form that the SASL library needs; it does not copy them.
  @safe final class SASLTalk {
    private let texts: CStringList
    private let answers: SASLAnswers
    /// The missing setting that the mechanism requires; `nil` if none is missing.
    private(set) var missing: String?

    init(_ answers: SASLAnswers) {
      self.answers = answers
      texts = CStringList([answers.name ?? "", answers.user ?? "", answers.realm ?? "", answers.password ?? "", ""])
    }

    /// Answers a list of prompts; called by the library.
    static func answer(_ talk: UnsafeMutableRawPointer?, _ questions: UnsafeMutableRawPointer?) -> CInt {
      guard let talk = unsafe talk, let questions = unsafe questions else { return LDAP_PARAM_ERROR }
      let question = unsafe questions.assumingMemoryBound(to: dkim_sasl_question.self)
      return unsafe Unmanaged<SASLTalk>.fromOpaque(talk).takeUnretainedValue().answer(question)
    }

    private func answer(_ first: UnsafeMutablePointer<dkim_sasl_question>) -> CInt {
      var question = unsafe first
      while unsafe question.pointee.id != UInt(DKIM_SASL_END) {
        let id = unsafe question.pointee.id
        let index: Int
        switch id {
        case UInt(DKIM_SASL_AUTHENTICATION_NAME):
          if answers.name == nil { missing = "LDAPAuthName" }
          index = 0
        case UInt(DKIM_SASL_USER): index = 1
        case UInt(DKIM_SASL_REALM): index = 2
        case UInt(DKIM_SASL_PASSWORD):
          if answers.password == nil { missing = "LDAPBindPassword" }
          index = 3
        default: index = 4
        }
        if missing != nil { return LDAP_LOCAL_ERROR }
        // If no realm is configured, the server's default is used.
        if index == 2, answers.realm == nil, let usual = unsafe question.pointee.usual {
          unsafe question.pointee.answer = UnsafeRawPointer(usual)
          unsafe question.pointee.length = UInt32(clamping: strlen(usual))
        } else if let text = unsafe texts.pointer[index] {
          unsafe question.pointee.answer = UnsafeRawPointer(text)
          unsafe question.pointee.length = UInt32(clamping: strlen(text))
        }
        unsafe question += 1
      }
      return LDAP_SUCCESS
    }
  }
#endif
