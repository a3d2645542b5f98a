// A milter that rejects messages with a given word in the subject, and adds the size of the body to all others.
// Run `SubjectMilter PORT WORD`, and set `smtpd_milters = inet:localhost:PORT` in Postfix.

import Milter
import NIOCore
import NIOPosix

final class SubjectFilter: AsyncMilterFilter {
  private let word: String
  private var size = 0

  init(word: String) { self.word = word }

  func negotiate(_ offer: MilterOffer) throws(MilterRefusal) -> MilterRequirements {
    MilterRequirements(
      requiredActions: .addHeaders, protocolOptions: [.noHelo, .noUnknown, .noReplyBody, .headerLeadingSpace])
  }

  func handle(_ event: MilterEvent, context: MilterContext) async throws -> MilterResponse {
    switch event {
    case .mail: size = 0
    case .header(let field):
      let isSubject = String(buffer: field.name).lowercased() == "subject"
      guard isSubject, String(buffer: field.value).contains(word) else { break }
      return MilterResponse(.replyCode(try MilterReplyCode(550, enhanced: "5.7.1", "No \(word) here")))
    case .body(let piece): size += piece.readableBytes
    case .endOfMessage:
      return MilterResponse(.accept, modifications: [.addHeader("X-Body-Size", "\(size)")])
    default: break
    }
    return .continue
  }
}

let arguments = CommandLine.arguments
guard arguments.count == 3, let port = Int(arguments[1]) else { fatalError("usage: SubjectMilter PORT WORD") }
let server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
  .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
  .childChannelInitializer { channel in
    channel.eventLoop.makeCompletedFuture {
      try MilterServer.configure(channel) { SubjectFilter(word: arguments[2]) }
    }
  }
  .bind(host: "127.0.0.1", port: port).get()
try await server.closeFuture.get()
