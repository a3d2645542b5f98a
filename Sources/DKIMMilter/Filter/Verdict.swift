package import DKIMCore

/// The outcome of a message: the reply to the MTA, changes to the message, log lines and counters.
package struct Verdict: Sendable {
  package var reply: Reply
  /// Header changes in the order in which they have to be sent; they can be sent only at the end of the message.
  package var edits: [HeaderEdit] = []
  /// The reason for quarantining the message; `nil` if it is not quarantined.
  package var quarantine: String?
  package var log: [LogLine] = []
  package var counts: [Count] = []
  package var explanation = Explanation()
  /// The signatures that were verified, in the order of Authentication-Results.
  var signatures: [EvaluatedSignature] = []

  package init(reply: Reply) {
    self.reply = reply
  }

  /// An event that the metrics count.
  package enum Count: Sendable, Hashable {
    /// A signature was made.
    case signed(KeyType)
    /// A message that should have been signed was not.
    case signingFailed
    /// A signature was verified, with this result.
    case verified(DKIMResultCode)
    /// A message to be verified had no signature.
    case unsigned
    /// The message was neither signed nor verified.
    case leftAlone
    /// The decision failed: a data set was unavailable, or a key could not be read.
    case failed
  }
}

/// A reply in the milter protocol.
package enum Reply: Sendable, Hashable {
  case accept
  case `continue`
  case discard
  /// Refused temporarily, with the MTA's own text.
  case deferred
  /// `code` is a 4yz or 5yz SMTP code, `enhanced` an RFC 3463 code, `text` one line of printable ASCII.
  case refuse(code: Int, enhanced: String, text: String)

  package static func reject(_ text: String, enhanced: String = "5.7.0") -> Reply {
    .refuse(code: 550, enhanced: enhanced, text: text)
  }

  package static func tempfail(_ text: String, enhanced: String = "4.7.0") -> Reply {
    .refuse(code: 451, enhanced: enhanced, text: text)
  }
}

/// One change to the header.
package enum HeaderEdit: Sendable, Hashable {
  /// Inserts a field; `index` 0 is the top of the header. Lines of the value are separated by LF; the value begins with
  /// the space after the colon if the MTA does not add it.
  case insert(index: UInt32, name: String, value: [UInt8])
  /// Deletes the `occurrence`-th field of that name, counted from 1 at the top.
  case delete(name: String, occurrence: UInt32)
}
