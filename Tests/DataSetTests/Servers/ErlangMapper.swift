import Glibc
import Synchronization
import TestSupport

/// An Erlang port mapper, only on 127.0.0.1 and on its own port: libraries and nodes find it by the environment. It
/// runs as long as nodes do.
final class ErlangMapper: Sendable {
  /// The port, set in the environment of this process and its children at the first use.
  static let port: Int = {
    let port = (try? FreePort.find()) ?? 14369
    setenv("ERL_EPMD_PORT", String(port), 1)
    setenv("ERL_EPMD_ADDRESS", "127.0.0.1", 1)
    return port
  }()

  private struct Shared {
    weak var mapper: ErlangMapper?
  }

  private static let shared = Mutex(Shared())

  private let process: ChildProcess

  static var isInstalled: Bool { access("/usr/bin/epmd", X_OK) == 0 && access("/usr/bin/erl", X_OK) == 0 }

  private init() throws {
    process = try ChildProcess(["epmd", "-port", String(Self.port)], environment: ["HOME": "/nonexistent"])
  }

  deinit { process.stop(SIGKILL) }

  /// Returns the running port mapper, or starts one.
  static func running() async throws -> ErlangMapper {
    let port = port
    let mapper = try shared.withLock { shared in
      if let mapper = shared.mapper { return mapper }
      let mapper = try ErlangMapper()
      shared.mapper = mapper
      return mapper
    }
    try await eventually("the port mapper listens") { FreePort.isListening(port) }
    return mapper
  }
}
