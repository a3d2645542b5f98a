#if LDAP
  internal import CLDAP
  internal import DKIMConfiguration
  internal import Glibc

  /// What a SASL mechanism is told when it asks.
  struct SASLAnswers: Sendable, Hashable {
    /// `LDAPAuthName`: who logs in.
    var name: String?
    /// `LDAPAuthUser`: as whom; the same where it is not set.
    var user: String?
    var realm: String?
    var password: String?

    func perform(_ mechanism: String, on handle: LDAPHandle, until deadline: Deadline) throws(DataSetError) {
      let step = "login by \(ServerText.shown(mechanism))"
      let talk = SASLTalk(self)
      var last: LDAPAnswer?
      // The library reads it again at the next step.
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
            throw .unusable("\(handle.server): \(step): \(setting) is not set, and the mechanism needs it")
          }
          throw Self.error(handle.failure(code), handle.server, step)
        }
        last = try handle.answer(to: number, step, until: deadline)
      }
    }

    /// A mechanism that cannot go on says "local error", which time does not fix.
    private static func error(_ failure: LDAPFailure, _ server: LDAPName.Server, _ step: String) -> DataSetError {
      guard failure.code == LDAP_LOCAL_ERROR else { return failure.error(server, step) }
      return .unusable("\(server): \(step): \(failure.text)")
    }
  }

  /// Answers in the form that the SASL library wants, which does not copy them.
  @safe final class SASLTalk {
    private let texts: CStringList
    private let answers: SASLAnswers
    /// The setting that a question went to, which is not there.
    private(set) var missing: String?

    init(_ answers: SASLAnswers) {
      self.answers = answers
      texts = CStringList([answers.name ?? "", answers.user ?? "", answers.realm ?? "", answers.password ?? "", ""])
    }

    /// Called by the library with a list of questions.
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
        // Without a realm of ours, the server's own is the one.
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
