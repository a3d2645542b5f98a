package import DKIMConfiguration
package import DKIMCore
internal import Milter

/// What the filter does with a message, decided at the end of its header.
package struct Decision: Sendable {
  package enum Action: Sendable {
    /// The message is neither signed nor verified, and no field is added.
    case leaveAlone
    /// The message is signed with all of these requests.
    case sign([SigningRequest])
    case verify(VerificationPlan)
    /// The configured action is applied: the message is refused, deferred, discarded or quarantined.
    case act(ConfiguredAction, Refusal)
  }

  package var action: Action
  package var explanation: Explanation
  /// The lines to log, with the reasons if `LogWhy` or `LogExplanation` is set.
  package var log: [LogEvent]
  package var counts: [Verdict.Count] = []
  /// The message has to be signed with a key that the current user may not read, but the filter may.
  package var needsRoot = false
  /// The client is internal: if the message is left alone, its Authentication-Results fields are kept.
  package var isInternal = false
  /// The header that is signed: the one that the MTA will send. `nil`: the one that was received.
  package var signedHeader: MessageHeader?
  /// The signatures to make after a message is verified, and when they are made.
  var laterSigning: LaterSigning?
  /// A field to remove from the message if it is signed, and how many of them the message has.
  package var removedField: (name: String, count: Int)?
  /// What VBR changes in the header of a message that is signed; `nil` if its settings are not given.
  var vouching: VouchingChange?
  /// What the scripts at the end of the header leave for the end of the message.
  var script = ScriptedContext()

  package init(_ action: Action, explanation: Explanation = Explanation(), log: [LogEvent] = []) {
    self.action = action
    self.explanation = explanation
    self.log = log
  }
}

/// What policy scripts leave for the rest of a message.
struct ScriptedContext: Sendable {
  /// The sender; `nil` if it cannot be read.
  var author: MailAddress?
  /// The variables for later scripts.
  var exports: [String: ScriptValue] = [:]
  /// The header to sign or verify, if a script has replaced values in it.
  var hashedHeader: MessageHeader?
}

/// The signing of a message after it was verified and accepted.
struct LaterSigning: Sendable {
  /// When the message is signed.
  enum Condition: Sendable {
    /// SetupPolicyScript wants both.
    case scripted
    /// `ResignAll`
    case always
    /// `ResignMailTo`
    case ifOnePasses
  }

  /// What is signed with.
  enum Plan: Sendable {
    case requests([SigningRequest])
    /// The message has to be signed, but cannot be, for this reason.
    case impossible(String)
  }

  let plan: Plan
  let condition: Condition
  /// Domains in From that the signatures would seem to confirm: without ``Condition/always``, a message of one of them
  /// is signed only if a signature by that domain passes.
  let claims: Set<DomainName>

  init(_ plan: Plan, _ condition: Condition, claims: Set<DomainName> = []) {
    self.plan = plan
    self.condition = condition
    self.claims = claims
  }

  /// Without a key to look up, no signature can pass. A message that is too malformed to be verified is not signed
  /// again.
  func isPossible(_ plan: VerificationPlan, hasQueries: Bool) -> Bool {
    switch condition {
    case .scripted: true
    case .always: !plan.isRefused
    case .ifOnePasses: !plan.isRefused && hasQueries
    }
  }
}

/// Instructions for verifying a message.
package struct VerificationPlan: Sendable, Hashable {
  /// Positions of the DKIM-Signature fields to evaluate first if there are too many to evaluate all.
  package var preferred: Set<Int> = []
  /// Positions of the signatures to ignore: their domain is neither the author's nor trusted.
  package var untrusted: Set<Int> = []
  /// The DKIM-Signature fields that the decision had to parse, by position; the verifier does not parse them again.
  package var signatures: [Int: ParsedSignature] = [:]
  /// Positions of the signatures that ScreenPolicyScript ignores: they are treated as if they were not present.
  package var ignored: Set<Int> = []
  /// SetupPolicyScript has replaced header values, which are hashed instead of those of the message.
  package var headerIsReplaced = false
  /// Why the message is malformed; `nil` if it is not.
  package var malformation: String?
  /// The malformed message is not verified at all (`StrictHeaders`): its signatures are ignored.
  package var isRefused = false
  /// The client is internal, so only this host would have signed the message.
  package var isInternal = false
  /// Mail without a signature gets the result `none`, whatever `AlwaysAddARHeader` says.
  package var reportsNone = false
  /// The domain of the sender; `nil` if the message has no readable sender.
  package var author: DomainName?
  /// The limits in `RateLimits` of the domains of the signatures, and the one for mail without a valid signature.
  package var limits: [RateLimitTable.Limit] = []

  package init() {}
}

/// Why a message is refused, with the text of the reply. // RFC 3463 §3.8
package enum Refusal: Sendable, Hashable {
  case badSignature
  case syntaxError
  case noSignature
  case keyNotFound
  case keyUnavailable
  case signing
  case headerTooLarge
  case header(String)
  case rateLimit
  /// SetupPolicyScript has set the result.
  case script
  case `internal`

  package var text: String {
    switch self {
    case .badSignature: "bad DKIM signature data"
    case .syntaxError: "DKIM signature syntax error"
    case .noSignature: "no DKIM signature data"
    case .keyNotFound, .keyUnavailable: "DKIM key retrieval failed"
    case .signing: "DKIM signing error"
    case .headerTooLarge: "too much header data"
    case .header(let why): why
    case .rateLimit: "rate limit exceeded"
    case .script: "refused by SetupPolicyScript"
    case .internal: "internal DKIM error"
    }
  }

  func reply(to action: ConfiguredAction) -> MilterReply {
    switch action {
    case .accept, .quarantine: .accept
    case .discard: .discard
    // As in OpenDKIM, with the text of the MTA.
    case .reject where self == .script: .reject
    case .tempfail where self == .script: .tempfail
    case .reject where self == .headerTooLarge: .refuse(code: 552, enhanced: "5.3.4", text: text)
    case .reject: .reject(text, enhanced: isAboutHeader ? "5.0.0" : "5.7.0")
    // As in OpenDKIM: the sender does not need to know that a table cannot be read.
    case .tempfail where self == .internal: .tempfail
    case .tempfail: .tempfail(text, enhanced: self == .keyUnavailable || self == .keyNotFound ? "4.7.5" : "4.7.0")
    }
  }

  private var isAboutHeader: Bool {
    if case .header = self { true } else { false }
  }
}
