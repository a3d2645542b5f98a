#if Erlang
  internal import DKIMConfiguration

  /// A connection from this process, as a hidden node, to an Erlang node, over which functions are called.
  final class ErlangLink {
    let node: ErlangName.Node
    private let stream: BufferedStream
    private let number: Int
    private let process: ErlangProcess
    /// True if a call did not complete, so that the next message may belong to it.
    private var isOutOfStep = false

    /// Maximum size of a response in bytes: enough for a few columns of maximum length.
    static let longestMessage = 4 << 20

    /// Connects to the first node that accepts the connection, in order. Each node gets an equal share of the remaining
    /// time.
    static func first(
      of peers: [ErlangPeer], cookie: String, until deadline: Deadline
    ) throws(DataSetError) -> ErlangLink {
      var temporary: [String] = []
      var unusable: [String] = []
      for (index, peer) in peers.enumerated() {
        do throws(DataSetError) {
          return try ErlangLink(peer, cookie: cookie, until: Deadline(in: deadline.remaining / (peers.count - index)))
        } catch {
          if case .temporary(let why) = error { temporary.append(why) } else { unusable.append("\(error)") }
        }
      }
      let all = (unusable + temporary).joined(separator: "; ")
      throw temporary.isEmpty ? .unusable(all) : .temporary(all)
    }

    init(_ peer: ErlangPeer, cookie: String, until deadline: Deadline) throws(DataSetError) {
      node = peer.node
      guard let number = ErlangNumbers.shared.take() else {
        throw .temporary("\(peer.node): too many concurrent connections to nodes")
      }
      do throws(DataSetError) {
        let socket = try peer.connect(until: deadline)
        process = try ErlangHandshake.join(node, cookie: cookie, over: socket, number: number, until: deadline)
        stream = BufferedStream(socket)
      } catch {
        ErlangNumbers.shared.free(number)
        throw error
      }
      self.number = number
    }

    deinit { ErlangNumbers.shared.free(number) }

    /// Calls a function, and returns its result.
    func call(
      _ module: String, _ function: String, _ argument: ErlangTerm, until deadline: Deadline
    ) throws(DataSetError) -> ErlangTerm {
      guard !isOutOfStep else { throw .temporary("\(node): the connection is out of sync") }
      isOutOfStep = true
      let call = ErlangTerm.tuple([
        .process(process),
        .tuple([.atom("call"), .atom(module), .atom(function), .list([argument]), .atom("user")]),
      ])
      try stream.write(ErlangWriter.message(call, from: process, to: "rex"), until: deadline)
      while true {
        let message = try self.message(until: deadline)
        do throws(ErlangReader.Malformed) {
          guard let answer = try Self.answer(in: message) else { continue }
          isOutOfStep = false
          return answer
        } catch {
          throw .temporary("\(node): a message could not be decoded")
        }
      }
    }

    /// Returns the next message. Ticks of the node are answered, because it closes connections that are silent for
    /// long.
    private func message(until deadline: Deadline) throws(DataSetError) -> [UInt8] {
      while true {
        let length = try stream.bytes(4, until: deadline).reduce(0) { $0 << 8 | Int($1) }
        if length > Self.longestMessage {
          throw .unusable(
            "\(node): the response has \(length) bytes; expected a value of at most \(StoreLimits.longestValue)")
        }
        if length > 0 { return try stream.bytes(length, until: deadline) }
        try stream.write([0, 0, 0, 0], until: deadline)
      }
    }

    /// Returns the result of a call, `{rex, Result}`; `nil` for any other message.
    private static func answer(in message: [UInt8]) throws(ErlangReader.Malformed) -> ErlangTerm? {
      let send = 2
      var reader = ErlangReader(message)
      try reader.expect(ErlangReader.passThrough)
      try reader.expect(ErlangWriter.version)
      guard case .tuple(let control) = try reader.term(), control.first == .integer(Int64(send)) else { return nil }
      try reader.expect(ErlangWriter.version)
      guard case .tuple(let parts) = try reader.term(), parts.count == 2, parts[0] == .atom("rex") else { return nil }
      return parts[1]
    }
  }
#endif
