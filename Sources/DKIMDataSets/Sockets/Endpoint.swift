internal import DKIMConfiguration
internal import SystemSupport

/// A server to connect to, with or without TLS.
struct Endpoint: Sendable {
  let address: ServerAddress
  private let tls: TLSContext?
  private let resolver: HostResolver?

  init(_ address: ServerAddress, tls: TLSContext? = nil) {
    self.address = address
    self.tls = tls
    resolver = if case .host(let host, let port) = address { HostResolver(host: host, port: port) } else { nil }
  }

  func connect(until deadline: Deadline) throws(DataSetError) -> any ByteStream {
    let socket = try socket(address.description, until: deadline)
    guard let tls, case .host(let host, _) = address else { return socket }
    return try TLSStream(over: socket, tls, host: host, until: deadline)
  }

  /// Opens a connection without TLS.
  ///
  /// - Parameter peer: the name of the server in errors.
  func socket(_ peer: String, until deadline: Deadline) throws(DataSetError) -> ClientSocket {
    let addresses =
      switch address {
      case .unix(let path): SocketAddress(path: path).map { [$0] } ?? []
      case .host: try resolver?.addresses(until: deadline) ?? []
      }
    return try ClientSocket(peer, addresses, until: deadline)
  }
}
