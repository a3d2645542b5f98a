import ArgumentParser
import Milter
import MilterPeer
import NIOPosix

/// The load generator for milters.
@main
struct MilterLoad: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "milter-load",
    abstract: "Put a milter under the load of a busy mail server, and measure it.",
    discussion: """
      Each connection sends one message after another; several files are sent in turn. The latency of a message is \
      the time from MAIL to the verdict. The exit status is 1 if a message failed.
      """)

  @Option(help: "Address where the milter listens: inet:PORT@HOST or unix:PATH.")
  var socket: String

  @Option(help: "Number of concurrent connections.")
  var connections = 8

  @Option(help: "Number of messages on each connection.")
  var messages: Int?

  @Option(help: "Duration in seconds, if --messages is not given.")
  var seconds = 10.0

  @Option(help: "Number of additional connections that stay idle after the negotiation.")
  var idle = 0

  @Option(help: "Reconnect after this number of messages, as a mail server does for a new client.")
  var reconnect: Int?

  @Option(help: "IP address of the SMTP client.")
  var client = "192.0.2.1"

  @Option(help: "Envelope sender.")
  var sender = "<sender@example.com>"

  @Option(help: "Macro to send with MAIL, such as {auth_type}=PLAIN; can be repeated.")
  var macro: [String] = []

  @Option(help: "Timeout for a reply in seconds.")
  var timeout = 60

  @Option(help: "Number of threads of the load generator.")
  var threads = 1

  @Flag(help: "Print the results as JSON.")
  var json = false

  @Argument(help: "Message files.")
  var files: [String]

  func validate() throws {
    guard PeerAddress(socket) != nil else {
      throw ValidationError("\"\(socket)\" is not a socket address; write inet:PORT@HOST or unix:PATH")
    }
    guard connections > 0, threads > 0, idle >= 0, timeout > 0, seconds > 0, (messages ?? 1) > 0, (reconnect ?? 1) > 0
    else { throw ValidationError("counts and times must be greater than 0") }
  }

  func run() async throws {
    guard let address = PeerAddress(socket) else { return }
    let load = Load(
      address: address, messages: try files.map(message), client: PeerClient(address: client), count: messages,
      seconds: seconds, reconnect: reconnect, timeout: .seconds(Int64(timeout)))
    let group = MultiThreadedEventLoopGroup(numberOfThreads: threads)
    let report = try await load.run(connections: connections, idle: idle, group: group)
    try await group.shutdownGracefully()
    print(json ? report.json : report.text)
    if report.failures > 0 { throw ExitCode(1) }
  }

  private func message(_ file: String) throws -> PeerMessage {
    var message = PeerMessage(try FileContent.read(file))
    message.sender = sender
    for pair in macro {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2 else { throw ValidationError("\"\(pair)\" is not a macro; write NAME=VALUE") }
      message.macros[.mail, default: []].append((parts[0], parts[1]))
    }
    return message
  }
}
