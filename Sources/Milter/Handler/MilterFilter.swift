public import NIOCore

/// What a filter does with the mail of one connection of an MTA.
///
/// There is one instance for each connection; all is called on the connection's event loop, one thing at a time. Do
/// nothing there that blocks: answer `.later` and work elsewhere.
public protocol MilterFilter: AnyObject {
  /// What the filter wants from an MTA that offers this.
  /// - Throws: why it does not work with this MTA; the connection is closed.
  func negotiate(_ offer: MilterOffer) throws(MilterRefusal) -> MilterWishes

  /// Something has happened that is to be answered.
  ///
  /// Where no reply was agreed on, `continue` is the only answer and nothing is sent. Further events wait for the answer.
  func handle(_ event: MilterEvent, context: MilterContext) -> MilterAnswer

  /// The message at hand was given up, perhaps while an answer was pending; that answer will be dropped. What belongs to
  /// the message can be forgotten. Not called after a verdict.
  func abort(context: MilterContext)

  /// The SMTP client has gone and with it the message at hand; `connect` of another client follows on this connection.
  func clientGone(context: MilterContext)

  /// The connection has ended, and with it all that was pending. Called once, and nothing after it.
  func closed(_ reason: MilterClosure)
}

extension MilterFilter {
  public func abort(context: MilterContext) {}
  public func clientGone(context: MilterContext) {}
  public func closed(_ reason: MilterClosure) {}
}

/// What a filter knows at an event besides the event.
public struct MilterContext: Sendable {
  /// What was agreed on with the MTA.
  public let agreement: MilterAgreement
  /// What the MTA has told so far.
  public let macros: MilterMacros
  /// Where the filter is called.
  public let eventLoop: any EventLoop

  /// A context, for tests of filters.
  public init(agreement: MilterAgreement, macros: MilterMacros, eventLoop: any EventLoop) {
    self.agreement = agreement
    self.macros = macros
    self.eventLoop = eventLoop
  }
}

/// A filter's answer, or the promise of one.
public enum MilterAnswer: Sendable {
  case now(MilterResponse)
  /// Of any event loop. A failure counts as `tempfail` where a reply is due, else as `continue`. Events that follow wait,
  /// and reading stops once a packet's worth of them is there. While this is the answer to the end of a message the MTA
  /// is told now and then that work goes on.
  case later(EventLoopFuture<MilterResponse>)

  public static let `continue` = MilterAnswer.now(.continue)
  public static let accept = MilterAnswer.now(.accept)
  public static let reject = MilterAnswer.now(.reject)
  public static let tempfail = MilterAnswer.now(.tempfail)
  public static let skip = MilterAnswer.now(.skip)

  /// An answer without modifications.
  public static func reply(_ reply: MilterReply) -> MilterAnswer { .now(MilterResponse(reply)) }
}

/// Why a connection has ended.
public enum MilterClosure: Sendable, Hashable {
  /// The MTA said so.
  case quit
  /// The MTA closed it without a word, between packets.
  case peerClosed
  /// The MTA sent what it may not send.
  case protocolError(MilterError)
  /// The filter does not work with this MTA.
  case refused(MilterRefusal)
  /// The filter did what it may not do.
  case misuse(MilterMisuse)
  /// No packet for longer than `MilterOptions.idleTimeout`.
  case idle
  /// A packet took longer than `MilterOptions.packetTimeout`.
  case slowPacket
  /// The MTA did not take replies for longer than `MilterOptions.writeTimeout`.
  case slowReader
  /// The filter's process shuts down.
  case shutdown
  /// The socket failed, with the system's words.
  case failed(String)
}

extension MilterClosure: CustomStringConvertible {
  /// In words.
  public var description: String {
    switch self {
    case .quit: "the MTA has ended the connection"
    case .peerClosed: "the MTA has closed the connection without QUIT"
    case .protocolError(let error): "protocol error: \(error)"
    case .refused(let refusal): "refused: \(refusal)"
    case .misuse(let misuse): "fault in the filter: \(misuse)"
    case .idle: "nothing was heard for too long"
    case .slowPacket: "a packet took too long to arrive"
    case .slowReader: "the MTA did not read its replies"
    case .shutdown: "shutting down"
    case .failed(let words): "the connection failed: \(words)"
    }
  }
}
