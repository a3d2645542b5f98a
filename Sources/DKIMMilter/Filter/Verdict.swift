public import DKIMCore

/// What the MTA is told about a message, and everything that goes with it.
public struct Verdict: Sendable {
  public var reply: Reply
  /// In the order in which they have to be sent. Only an end of message can carry them.
  public var edits: [HeaderEdit] = []
  /// Why the message is put on hold; `nil` where it is not.
  public var quarantine: String?
  public var log: [LogLine] = []
  public var counts: [Count] = []
  public var explanation = Explanation()
  /// The signatures that were verified, in the order of Authentication-Results.
  var findings: [SignatureFinding] = []

  public init(reply: Reply) {
    self.reply = reply
  }

  /// What statistics count.
  public enum Count: Sendable, Hashable {
    /// A signature was made.
    case signed(KeyType)
    /// A message that should have been signed was not.
    case signingFailed
    /// A signature was verified, with this result.
    case verified(AuthenticationWord)
    /// A message without a signature was to be verified.
    case unsigned
    /// Neither signed nor verified.
    case leftAlone
    /// The decision failed: a table could not be asked, a key not be read.
    case failed
  }
}

/// An answer in the milter protocol.
public enum Reply: Sendable, Hashable {
  case accept
  case `continue`
  case discard
  /// Refused for now, in the MTA's words.
  case deferred
  /// `code` is a 4yz or 5yz SMTP code, `enhanced` an RFC 3463 code, `text` one line of printable ASCII.
  case refuse(code: Int, enhanced: String, text: String)

  public static func reject(_ text: String, enhanced: String = "5.7.0") -> Reply {
    .refuse(code: 550, enhanced: enhanced, text: text)
  }

  public static func tempfail(_ text: String, enhanced: String = "4.7.0") -> Reply {
    .refuse(code: 451, enhanced: enhanced, text: text)
  }
}

/// One change to the header.
public enum HeaderEdit: Sendable, Hashable {
  /// A new field; `index` 0 is the very top. Lines of the value are separated by LF; it begins with the space
  /// behind the colon where the MTA leaves that to the filter.
  case insert(index: UInt32, name: String, value: [UInt8])
  /// Takes out the `occurrence`-th field of that name, counted from 1 at the top.
  case delete(name: String, occurrence: UInt32)
}
