#if Erlang
  internal import DKIMConfiguration
  internal import Glibc
  internal import Synchronization

  /// A node and its address: the port mapper of the host knows the port.
  final class ErlangPeer: Sendable {
    let node: ErlangName.Node
    private let mapper: Endpoint
    /// The last port of the node, with a resolver that remembers the addresses of its host.
    private let last = Mutex<(port: Int, resolver: HostResolver)?>(nil)

    /// The default port of port mappers; `ERL_EPMD_PORT` overrides it.
    private static let usualMapperPort = 4369

    init(_ node: ErlangName.Node) {
      self.node = node
      let port = unsafe getenv("ERL_EPMD_PORT").flatMap { unsafe Int(String(cString: $0)) }
      mapper = Endpoint(.host(node.host, port: port.flatMap { 1...65535 ~= $0 ? $0 : nil } ?? Self.usualMapperPort))
    }

    /// Connects to the node.
    func connect(until deadline: Deadline) throws(DataSetError) -> ClientSocket {
      let port: Int
      do throws(DataSetError) {
        port = try self.port(until: deadline)
      } catch {
        // The error names only the port mapper, so the node is added.
        if case .temporary(let why) = error { throw .temporary("\(node): \(why)") }
        throw error
      }
      let resolver = last.withLock { last in
        if let last, last.port == port { return last.resolver }
        let resolver = HostResolver(host: node.host, port: port)
        last = (port, resolver)
        return resolver
      }
      return try ClientSocket("\(node)", try resolver.addresses(until: deadline), until: deadline)
    }

    private func port(until deadline: Deadline) throws(DataSetError) -> Int {
      let request: UInt8 = 122
      let response: UInt8 = 119
      let stream = BufferedStream(try mapper.connect(until: deadline))
      let name = Array(node.alive.utf8)
      try stream.write([0, UInt8(truncatingIfNeeded: name.count + 1), request] + name, until: deadline)
      let head = try stream.bytes(2, until: deadline)
      guard head[0] == response else { throw .temporary("the server at \(stream.peer) is not an Erlang port mapper") }
      guard head[1] == 0 else {
        throw .temporary("the node is not registered with the port mapper at \(stream.peer); start the node")
      }
      let port = try stream.bytes(2, until: deadline)
      return Int(port[0]) << 8 | Int(port[1])
    }
  }
#endif
