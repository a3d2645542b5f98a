import MilterPeer
import NIOCore
import NIOPosix

/// A minimal HTTP client to fetch metrics.
enum HTTP {
  /// Opens connections without sending anything.
  static func silent(_ count: Int, port: Int) async throws -> [any Channel] {
    var channels: [any Channel] = []
    for _ in 0..<count {
      channels.append(
        try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
          .connect(host: "127.0.0.1", port: port).get())
    }
    return channels
  }

  static func get(_ path: String, port: Int) async throws -> String {
    let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .connect(host: "127.0.0.1", port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
        }
      }
    return try await channel.executeThenClose { inbound, outbound in
      try await outbound.write(ByteBuffer(string: "GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n"))
      var text = ""
      for try await part in inbound { text += String(buffer: part) }
      return text
    }
  }
}
