public import NIOCore

/// The application's part of a milter: handles the mail of one connection from an MTA.
///
/// Each connection has its own instance. All methods are called on the connection's event loop, one at a time, and must
/// not block: return `.later` and do long work elsewhere.
public protocol MilterFilter: AnyObject {
  /// Returns what the filter requests from an MTA that makes this offer.
  /// - Throws: The reason why the filter does not work with this MTA; the connection is closed.
  func negotiate(_ offer: MilterOffer) throws(MilterRefusal) -> MilterRequirements

  /// Handles an event and returns the answer to it.
  ///
  /// If it was agreed that the event gets no reply, `continue` is the only valid answer and nothing is sent. Further
  /// events wait for the answer.
  func handle(_ event: MilterEvent, context: MilterContext) -> MilterAnswer

  /// Discards the state of the current message, because the MTA aborted it. An answer that is still pending will be
  /// ignored. Not called after a verdict.
  func abort(context: MilterContext)

  /// Discards the state of the SMTP client, which has disconnected, and of its current message. A `connect` event for
  /// another client follows on this connection.
  func clientDisconnected(context: MilterContext)

  /// Cleans up after the connection has ended; pending answers are ignored. Called once, as the last call.
  func connectionClosed(_ reason: MilterClosure)
}

extension MilterFilter {
  /// Does nothing.
  public func abort(context: MilterContext) {}
  /// Does nothing.
  public func clientDisconnected(context: MilterContext) {}
  /// Does nothing.
  public func connectionClosed(_ reason: MilterClosure) {}
}

/// The state of a connection that a filter can use when it handles an event.
public struct MilterContext: Sendable {
  /// The agreement with the MTA.
  public let agreement: MilterAgreement
  /// The macros that the MTA has sent so far.
  public let macros: MilterMacros
  /// The event loop on which the filter is called.
  public let eventLoop: any EventLoop

  /// Creates a context, for tests of filters.
  public init(agreement: MilterAgreement, macros: MilterMacros, eventLoop: any EventLoop) {
    self.agreement = agreement
    self.macros = macros
    self.eventLoop = eventLoop
  }
}

/// A filter's answer, or the promise of one.
public enum MilterAnswer: Sendable {
  /// The response is known now.
  case now(MilterResponse)
  /// The response will follow; the future may belong to any event loop.
  ///
  /// A failure counts as `tempfail` if a reply is due, otherwise as `continue`. Later events wait, and reading stops
  /// once `MilterOptions.backlog` bytes of them are buffered. While the answer to the end of a message is pending, the
  /// MTA regularly gets a progress reply.
  case later(EventLoopFuture<MilterResponse>)

  /// Continues; accepts the message at its end.
  public static let `continue` = MilterAnswer.now(.continue)
  /// Accepts the message without further events.
  public static let accept = MilterAnswer.now(.accept)
  /// Rejects permanently.
  public static let reject = MilterAnswer.now(.reject)
  /// Rejects temporarily.
  public static let tempfail = MilterAnswer.now(.tempfail)
  /// Skips the rest of the body.
  public static let skip = MilterAnswer.now(.skip)

  /// Creates an answer without modifications.
  public static func reply(_ reply: MilterReply) -> MilterAnswer { .now(MilterResponse(reply)) }
}

/// The reason why a connection has ended.
public enum MilterClosure: Sendable, Hashable {
  /// The MTA sent QUIT.
  case quit
  /// The MTA closed the connection between packets, without QUIT.
  case peerClosed
  /// The MTA violated the protocol.
  case protocolError(MilterError)
  /// The filter does not work with this MTA.
  case refused(MilterRefusal)
  /// The filter violated the protocol.
  case contractViolation(MilterContractViolation)
  /// No packet for longer than `MilterOptions.idleTimeout`.
  case idle
  /// A packet took longer than `MilterOptions.packetTimeout`.
  case slowPacket
  /// The MTA did not read replies for longer than `MilterOptions.writeTimeout`.
  case slowReader
  /// The filter's process is shutting down.
  case shutdown
  /// The socket failed, with the system's error text.
  case failed(String)
}

extension MilterClosure: CustomStringConvertible {
  /// The reason as text, for logs.
  public var description: String {
    switch self {
    case .quit: "the MTA ended the connection"
    case .peerClosed: "the MTA closed the connection without QUIT"
    case .protocolError(let error): "protocol error: \(error)"
    case .refused(let refusal): "refused: \(refusal)"
    case .contractViolation(let violation): "error in the filter: \(violation)"
    case .idle: "the MTA sent nothing for too long"
    case .slowPacket: "a packet took too long to arrive"
    case .slowReader: "the MTA did not read its replies"
    case .shutdown: "shutting down"
    case .failed(let words): "the connection failed: \(words)"
    }
  }
}
