internal import DKIMConfiguration

/// A server that connections are made to, in clear or over TLS.
struct Endpoint: Sendable {
  let address: ServerAddress
  private let tls: TLSContext?
  private let resolver: HostResolver?

  init(_ address: ServerAddress, tls: TLSContext? = nil) {
    self.address = address
    self.tls = tls
    resolver = if case .host(let host, let port) = address { HostResolver(host: host, port: port) } else { nil }
  }

  func connect(until deadline: Deadline) throws(DataSetError) -> any OctetStream {
    let socket = try socket(address.description, until: deadline)
    guard let tls, case .host(let host, _) = address else { return socket }
    return try TLSStream(over: socket, tls, host: host, until: deadline)
  }

  /// A connection in clear.
  ///
  /// - Parameter peer: what the server is called in errors.
  func socket(_ peer: String, until deadline: Deadline) throws(DataSetError) -> ClientSocket {
    let addresses =
      switch address {
      case .unix(let path): SocketAddress(path: path).map { [$0] } ?? []
      case .host: try resolver?.addresses(until: deadline) ?? []
      }
    return try ClientSocket(peer, addresses, until: deadline)
  }
}
