import NIOCore

/// A minimal HTTP server for metrics scrapers: each connection has one GET request of limited length and one response.
final class MetricsResponder: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// The maximum length of a request, in bytes.
  static let requestLimit = 8192
  /// The maximum duration of a connection.
  static let timeLimit = TimeAmount.seconds(10)

  private let text: @Sendable () -> String
  private var request: [UInt8] = []
  private var isAnswered = false
  private var deadline: Scheduled<Void>?

  init(text: @escaping @Sendable () -> String) { self.text = text }

  func channelActive(context: ChannelHandlerContext) {
    let channel = context.channel
    deadline = context.eventLoop.scheduleTask(in: Self.timeLimit) { channel.close(promise: nil) }
  }

  func channelInactive(context: ChannelHandlerContext) { deadline?.cancel() }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isAnswered else { return }
    let part = unwrapInboundIn(data)
    request += part.readableBytesView.prefix(Self.requestLimit + 1 - request.count)
    if request.count > Self.requestLimit {
      answer(context, "431 Request Header Fields Too Large", "The request is too long.\n")
    } else if Self.isWhole(request) {
      respond(context)
    }
  }

  private func respond(_ context: ChannelHandlerContext) {
    let line = String(decoding: request.prefix { $0 != 0x0D && $0 != 0x0A }, as: UTF8.self)
    let words = line.split(separator: " ")
    guard words.count == 3, words[2].hasPrefix("HTTP/1.") else {
      return answer(context, "400 Bad Request", "This is not HTTP/1.1.\n")
    }
    guard words[0] == "GET" || words[0] == "HEAD" else {
      return answer(context, "405 Method Not Allowed", "Only GET is supported.\n")
    }
    let path = words[1].prefix { $0 != "?" }
    guard path == "/metrics" || path == "/" else { return answer(context, "404 Not Found", "See /metrics.\n") }
    answer(context, "200 OK", text(), withBody: words[0] == "GET")
  }

  private func answer(_ context: ChannelHandlerContext, _ status: String, _ body: String, withBody: Bool = true) {
    isAnswered = true
    let head = """
      HTTP/1.1 \(status)\r
      Content-Type: text/plain; version=0.0.4; charset=utf-8\r
      Content-Length: \(body.utf8.count)\r
      Connection: close\r
      \r

      """
    let buffer = context.channel.allocator.buffer(string: head + (withBody ? body : ""))
    // The rest of the input is read and discarded, because closing with unread input could lose the response.
    context.writeAndFlush(wrapOutboundOut(buffer)).assumeIsolated().whenComplete { _ in
      context.close(mode: .output, promise: nil)
    }
    deadline?.cancel()
    let channel = context.channel
    deadline = context.eventLoop.scheduleTask(in: .seconds(1)) { channel.close(promise: nil) }
  }

  /// Returns true if the request contains the empty line that ends its header.
  static func isWhole(_ bytes: [UInt8]) -> Bool {
    var emptyLine = true
    for byte in bytes {
      if byte == 0x0A {
        if emptyLine { return true }
        emptyLine = true
      } else if byte != 0x0D {
        emptyLine = false
      }
    }
    return false
  }
}
