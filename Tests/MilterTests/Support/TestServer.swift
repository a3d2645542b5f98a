import Glibc
import Logging
import Milter
import MilterPeer
import NIOCore
import NIOPosix

/// A milter on a loopback port or a unix socket in a temporary directory.
struct TestServer: Sendable {
  let address: PeerAddress
  private let channel: any Channel
  private let folder: String?

  static func start<Filter: MilterFilter>(
    _ family: String, options: MilterOptions = MilterOptions(), logger: Logger? = nil,
    _ filter: @escaping @Sendable () -> Filter
  ) async throws -> TestServer {
    let bootstrap = ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try MilterServer.configure(channel, options: options, logger: logger, filter: filter)
        }
      }
    guard family == "unix" else {
      let channel = try await bootstrap.bind(host: "127.0.0.1", port: 0).get()
      let port = channel.localAddress?.port ?? 0
      return TestServer(address: .inet(host: "127.0.0.1", port: port), channel: channel, folder: nil)
    }
    var template = Array("/tmp/milter-test-XXXXXX".utf8CString)
    _ = mkdtemp(&template)
    let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let path = folder + "/socket"
    let channel = try await bootstrap.bind(unixDomainSocketPath: path).get()
    return TestServer(address: .unix(path: path), channel: channel, folder: folder)
  }

  func stop() async throws {
    try await channel.close().get()
    if let folder {
      unlink(folder + "/socket")
      rmdir(folder)
    }
  }
}
