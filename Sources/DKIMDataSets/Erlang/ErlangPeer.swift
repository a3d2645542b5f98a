#if Erlang
  internal import DKIMConfiguration
  internal import Glibc
  internal import Synchronization

  /// A node, and the way to it: its host's port mapper tells the port.
  final class ErlangPeer: Sendable {
    let node: ErlangName.Node
    private let mapper: Endpoint
    /// Where the node was last, so that its host need not be looked for again.
    private let last = Mutex<(port: Int, resolver: HostResolver)?>(nil)

    /// Where port mappers listen unless `ERL_EPMD_PORT` says otherwise.
    private static let usualMapperPort = 4369

    init(_ node: ErlangName.Node) {
      self.node = node
      let port = unsafe getenv("ERL_EPMD_PORT").flatMap { unsafe Int(String(cString: $0)) }
      mapper = Endpoint(.host(node.host, port: port.flatMap { 1...65535 ~= $0 ? $0 : nil } ?? Self.usualMapperPort))
    }

    /// A stream to the node.
    func connect(until deadline: Deadline) throws(DataSetError) -> ClientSocket {
      let port: Int
      do throws(DataSetError) {
        port = try self.port(until: deadline)
      } catch {
        // By the name of the port mapper alone nobody knows which node is meant.
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
      let head = try stream.octets(2, until: deadline)
      guard head[0] == response else { throw .temporary("what listens at \(stream.peer) is no port mapper of Erlang") }
      guard head[1] == 0 else {
        throw .temporary("the port mapper at \(stream.peer) knows no such node: it is not running")
      }
      let port = try stream.octets(2, until: deadline)
      return Int(port[0]) << 8 | Int(port[1])
    }
  }
#endif
