import Milter
import NIOCore

/// Logging of the MTA's commands (`MilterDebug`).
extension ConnectionHandler {
  /// The level at which each kind of event is logged.
  enum TraceLevel {
    static let connections = 1
    static let commands = 2
    static let contents = 3
  }

  func trace(_ level: Int, _ text: @autoclosure () -> String) {
    guard level <= services.active.configuration.process.milterDebug else { return }
    services.log.write(.debug, "milter: " + text())
  }

  func trace(_ event: MilterEvent) {
    switch event {
    case .connect(let client):
      trace(
        TraceLevel.connections,
        "\(event.command) \(String(buffer: client.hostName)) [\(client.ipAddress ?? "no IP address")]")
    case .header(let field):
      trace(
        TraceLevel.contents, "\(event.command) \(String(buffer: field.name)), \(field.received.readableBytes) bytes")
    case .body(let chunk): trace(TraceLevel.contents, "\(event.command) \(chunk.readableBytes) bytes")
    case .helo(let words), .unknown(let words): trace(TraceLevel.commands, "\(event.command) \(String(buffer: words))")
    case .mail(let address), .recipient(let address):
      trace(TraceLevel.commands, "\(event.command) \(String(buffer: address.path))")
    case .data, .endOfHeader, .endOfMessage: trace(TraceLevel.commands, "\(event.command)")
    }
  }
}
