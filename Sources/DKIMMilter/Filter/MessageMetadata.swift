package import DKIMCore
package import Milter

/// Everything about a message that decides whether it is signed, verified or left alone. A decision that waits for
/// lookups works on a copy, which later events of the connection do not change.
package struct MessageMetadata: Sendable {
  package var connection: ClientInfo
  /// MAIL FROM as received, with or without angle brackets.
  package var envelopeSender: String
  /// The addresses of RCPT TO, each as received.
  package var recipients: [String]
  package var header: MessageHeader
  /// Some recipients were not kept because there were too many, or one was too long or is not UTF-8.
  package var recipientsAreCut: Bool
  /// The macros of the connection and of the message.
  package var macros: MilterMacros

  package init(
    connection: ClientInfo, envelopeSender: String = "", recipients: [String] = [], header: MessageHeader,
    recipientsAreCut: Bool = false, macros: MilterMacros = MilterMacros()
  ) {
    self.connection = connection
    self.envelopeSender = envelopeSender
    self.recipients = recipients
    self.header = header
    self.recipientsAreCut = recipientsAreCut
    self.macros = macros
  }

  /// The value of a macro, which may be empty, or `nil` if the MTA has not sent it; the name may be in braces.
  ///
  /// `daemon_name` is the one sent with CONNECT by the process that accepted the connection: Postfix's cleanup, which
  /// sends the events after the recipients, has another name.
  package func macro(_ name: String) -> String? {
    (name == "daemon_name" ? macros[name, .connect] : nil) ?? macros[name]
  }

  /// The MTA's queue ID of the message.
  package var jobID: String? { macro("i").flatMap { $0.isEmpty ? nil : $0 } }
}
