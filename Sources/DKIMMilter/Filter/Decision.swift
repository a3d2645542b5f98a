public import DKIMConfiguration
public import DKIMCore

/// What is done with a message, decided when its header is there.
public struct Decision: Sendable {
  public enum Course: Sendable {
    /// Nothing is done and nothing written.
    case leaveAlone
    /// With all of these.
    case sign([SigningRequest])
    case verify(VerificationOrder)
    /// Not taken, or put on hold.
    case act(Action, Refusal)
  }

  public var course: Course
  public var explanation: Explanation
  public var log: [LogEvent]
  public var counts: [Verdict.Count] = []
  /// The message is to be signed with a key that this command may not read, and the filter may.
  public var needsRoot = false
  /// The message comes from one of ours: what it says of itself stays where it is left alone.
  public var isOurs = false

  public init(_ course: Course, explanation: Explanation = Explanation(), log: [LogEvent] = []) {
    self.course = course
    self.explanation = explanation
    self.log = log
  }
}

/// How a message is verified.
public struct VerificationOrder: Sendable, Hashable {
  /// DKIM-Signature fields that come first where not all are evaluated, by their position.
  public var preferred: Set<Int> = []
  /// Those that count for nothing: neither of the author's domain nor of a trusted one.
  public var untrusted: Set<Int> = []
  /// What makes the message no proper one; `nil` where nothing does.
  public var malformation: String?
  /// Such a message is not judged at all (`StrictHeaders`): its signatures count for nothing.
  public var isRefused = false
  /// The client is one of ours, so nobody but us would have signed.
  public var isInternal = false

  public init() {}
}

/// Why a message is refused, and in which words. // RFC 3463 §3.8
public enum Refusal: Sendable, Hashable {
  case badSignature
  case syntaxError
  case noSignature
  case keyNotFound
  case keyUnavailable
  case signing
  case headerTooLarge
  case header(String)
  case `internal`

  public var text: String {
    switch self {
    case .badSignature: "bad DKIM signature data"
    case .syntaxError: "DKIM signature syntax error"
    case .noSignature: "no DKIM signature data"
    case .keyNotFound, .keyUnavailable: "DKIM key retrieval failed"
    case .signing: "DKIM signing error"
    case .headerTooLarge: "too much header data"
    case .header(let why): why
    case .internal: "internal DKIM error"
    }
  }

  func reply(to action: Action) -> Reply {
    switch action {
    case .accept, .quarantine: .accept
    case .discard: .discard
    case .reject where self == .headerTooLarge: .refuse(code: 552, enhanced: "5.3.4", text: text)
    case .reject: .reject(text, enhanced: isAboutHeader ? "5.0.0" : "5.7.0")
    // As OpenDKIM: a table that cannot be read is no business of the sender.
    case .tempfail where self == .internal: .deferred
    case .tempfail: .tempfail(text, enhanced: self == .keyUnavailable || self == .keyNotFound ? "4.7.5" : "4.7.0")
    }
  }

  private var isAboutHeader: Bool {
    if case .header = self { true } else { false }
  }
}
