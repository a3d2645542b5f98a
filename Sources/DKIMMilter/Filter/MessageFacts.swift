public import DKIMCore

/// Everything about a message that says whether it is signed, verified or left alone. A value: the decision may
/// take its time.
public struct MessageFacts: Sendable {
  public var connection: ConnectionFacts
  /// MAIL FROM as it was given, with or without angle brackets.
  public var envelopeSender: String
  /// RCPT TO, each as it was given.
  public var recipients: [String]
  public var header: MessageHeader
  /// More recipients than are kept.
  public var recipientsAreCut: Bool
  /// Those of the connection and of the message.
  public var macros: Macros

  public init(
    connection: ConnectionFacts, envelopeSender: String = "", recipients: [String] = [], header: MessageHeader,
    recipientsAreCut: Bool = false, macros: Macros = Macros()
  ) {
    self.connection = connection
    self.envelopeSender = envelopeSender
    self.recipients = recipients
    self.header = header
    self.recipientsAreCut = recipientsAreCut
    self.macros = macros
  }

  /// The MTA's name for the message.
  public var jobID: String? { macros["i"].flatMap { $0.isEmpty ? nil : $0 } }
}
