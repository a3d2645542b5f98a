import ArgumentParser
import Milter
import MilterPeer
import NIOPosix

/// Loads a milter as a busy mail server does, and measures it.
@main
struct MilterLoad: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "milter-load",
    abstract: "Load a milter as a busy mail server does, and measure it.",
    discussion: """
      Each connection sends one message after the other; with several files they take turns. A message is measured \
      from MAIL to the verdict. The exit code is 1 where a message failed.
      """)

  @Option(help: "Where the milter listens: inet:PORT@HOST, unix:PATH.")
  var socket: String

  @Option(help: "Connections at a time.")
  var connections = 8

  @Option(help: "Messages on each connection.")
  var messages: Int?

  @Option(help: "Seconds to go on for, where --messages is not given.")
  var seconds = 10.0

  @Option(help: "Connections besides these that say nothing after the negotiation.")
  var idle = 0

  @Option(help: "A new connection after so many messages, as a new client of the mail server makes one.")
  var reconnect: Int?

  @Option(help: "Address of the SMTP client.")
  var client = "192.0.2.1"

  @Option(help: "Envelope sender.")
  var sender = "<sender@example.com>"

  @Option(help: "Macro at MAIL, such as {auth_type}=PLAIN; may repeat.")
  var macro: [String] = []

  @Option(help: "Seconds to wait for an answer.")
  var timeout = 60

  @Option(help: "Threads of the load generator.")
  var threads = 1

  @Flag(help: "JSON instead of text.")
  var json = false

  @Argument(help: "Files with a message each.")
  var files: [String]

  func validate() throws {
    guard PeerAddress(socket) != nil else {
      throw ValidationError("\"\(socket)\" is no socket; write inet:PORT@HOST or unix:PATH")
    }
    guard connections > 0, threads > 0, idle >= 0, timeout > 0, seconds > 0, (messages ?? 1) > 0, (reconnect ?? 1) > 0
    else { throw ValidationError("counts and times have to be more than 0") }
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
      guard parts.count == 2 else { throw ValidationError("\"\(pair)\" is no macro; write NAME=VALUE") }
      message.macros[.mail, default: []].append((parts[0], parts[1]))
    }
    return message
  }
}
