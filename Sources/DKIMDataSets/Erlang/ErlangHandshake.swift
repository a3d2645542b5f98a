#if Erlang
  internal import CErlang
  internal import DKIMConfiguration
  internal import Glibc
  internal import SystemSupport

  /// The handshake that turns a connection into one between Erlang nodes. libei performs it over a stream of this
  /// program, so that the deadline holds whatever the node does.
  final class ErlangHandshake {
    private let stream: ClientSocket
    private let deadline: Deadline
    /// The slot that libei uses for the connection during the handshake.
    private let number: Int
    private var failure: DataSetError?
    /// The first bytes received from the node.
    private var received: [UInt8] = []
    private var hasShownCookie = false

    private init(_ stream: ClientSocket, number: Int, until deadline: Deadline) {
      self.stream = stream
      self.number = number
      self.deadline = deadline
    }

    /// The prefix of this process's node names; the number of the connection follows.
    private static let name: String = {
      let random = String(UInt32.random(in: .min ... .max), radix: 16)
      return "dkim_" + String(repeating: "0", count: 8 - random.count) + random + "_"
    }()

    /// Performs the handshake with a node.
    ///
    /// - Returns: the identity of this process for the node.
    static func join(
      _ node: ErlangName.Node, cookie: String, over stream: ClientSocket, number: Int, until deadline: Deadline
    ) throws(DataSetError) -> ErlangProcess {
      if let problem = ErlangLibrary.problem { throw problem }
      let handshake = ErlangHandshake(stream, number: number, until: deadline)
      let host = ownHost(like: node.host)
      let alive = name + String(number)
      var us = unsafe ei_cnode()
      let creation = UInt32.random(in: 4 ... .max)
      let result = withExtendedLifetime(handshake) {
        unsafe cerlang_join(
          host, alive, "\(alive)@\(host)", cookie, creation, CInt(number), callbacks,
          Unmanaged.passUnretained(handshake).toOpaque(), &us)
      }
      guard result == 0 else { throw handshake.error(node) }
      return ErlangProcess(node: "\(alive)@\(host)", number: 1, serial: 0, creation: unsafe us.creation)
    }

    /// The name of this host; without its domain if the name of the node's host has no dot.
    private static func ownHost(like host: String) -> String {
      if host == "localhost" { return host }
      let own = host.contains(".") ? HostName.own : String(HostName.own.prefix { $0 != "." })
      // A node name has at most 255 bytes.
      return own.isEmpty || own.utf8.count > 200 ? "localhost" : own
    }

    // MARK: Errors

    private func error(_ node: ErlangName.Node) -> DataSetError {
      if let status, status != "ok" {
        return status == "not_allowed"
          ? .unusable("\(node): the node does not allow this connection (net_kernel:allow)")
          : .temporary("\(node): the node responds \"\(ServerText.shown(status))\"")
      }
      if hasShownCookie, !deadline.isOver {
        return .unusable("\(node): the node has another cookie; use the one from its -setcookie or ~/.erlang.cookie")
      }
      return failure ?? .temporary("\(node): the server is not an Erlang node that libei supports")
    }

    /// The status that the node sends first: whether it accepts the connection.
    private var status: String? {
      guard received.count > 3, received[2] == UInt8(ascii: "s") else { return nil }
      let length = Int(received[0]) << 8 | Int(received[1])
      guard received.count >= 2 + length else { return nil }
      return String(decoding: received[3..<2 + length], as: UTF8.self)
    }

    // MARK: Callbacks of libei

    private func write(_ bytes: [UInt8]) -> CInt {
      do throws(DataSetError) {
        try stream.write(bytes, until: deadline)
        // The message type after the length: the response to the node's challenge, which proves the cookie.
        if bytes.count > 2, bytes[2] == UInt8(ascii: "r") { hasShownCookie = true }
        return 0
      } catch {
        failure = error
        return EIO
      }
    }

    /// Returns at least one byte, or none if no more bytes can be read.
    private func read(_ count: Int) -> [UInt8] {
      guard count > 0 else { return [] }
      do throws(DataSetError) {
        var buffer = [UInt8](repeating: 0, count: min(count, 4096))
        let length = try stream.read(into: &buffer, from: 0, until: deadline)
        buffer.removeLast(buffer.count - length)
        if received.count < 256 { received += buffer }
        return buffer
      } catch {
        failure = error
        return []
      }
    }

    private static func handshake(_ context: UnsafeMutableRawPointer?) -> ErlangHandshake? {
      guard let context = unsafe context else { return nil }
      return unsafe Unmanaged<ErlangHandshake>.fromOpaque(context).takeUnretainedValue()
    }

    /// Never freed, because libei keeps a pointer to it.
    nonisolated(unsafe) private static let callbacks: UnsafeMutablePointer<ei_socket_callbacks> = {
      let callbacks = UnsafeMutablePointer<ei_socket_callbacks>.allocate(capacity: 1)
      unsafe callbacks.initialize(to: ei_socket_callbacks())
      unsafe callbacks.pointee.flags = EI_SCLBK_FLG_FULL_IMPL
      unsafe callbacks.pointee.socket = { context, stream in
        unsafe context?.pointee = stream
        return 0
      }
      unsafe callbacks.pointee.connect = { _, _, _, _ in 0 }
      unsafe callbacks.pointee.close = { _ in 0 }
      unsafe callbacks.pointee.write = { context, bytes, length, _ in
        guard let handshake = unsafe handshake(context), let length = unsafe length else { return EINVAL }
        return handshake.write(
          unsafe Array(UnsafeRawBufferPointer(start: bytes, count: max(0, length.pointee))))
      }
      unsafe callbacks.pointee.read = { context, bytes, length, _ in
        guard let handshake = unsafe handshake(context), let length = unsafe length else { return EINVAL }
        let room = unsafe UnsafeMutableRawBufferPointer(start: bytes, count: max(0, length.pointee))
        let received = handshake.read(room.count)
        unsafe room.copyBytes(from: received)
        unsafe length.pointee = received.count
        return 0
      }
      unsafe callbacks.pointee.handshake_packet_header_size = { _, size in
        unsafe size?.pointee = 2
        return 0
      }
      unsafe callbacks.pointee.connect_handshake_complete = { _ in 0 }
      unsafe callbacks.pointee.get_fd = { context, number in
        guard let handshake = unsafe handshake(context) else { return EINVAL }
        unsafe number?.pointee = CInt(handshake.number)
        return 0
      }
      return unsafe callbacks
    }()
  }
#endif
