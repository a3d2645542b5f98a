internal import DKIMConfiguration
internal import Glibc
internal import SystemPackage
internal import SystemSupport

/// A connected socket that never blocks beyond a deadline, and raises no signal.
final class ClientSocket: ByteStream {
  let peer: String
  let descriptor: CInt

  /// Connects to the first address that accepts the connection. Each address gets an equal share of the remaining time.
  init(_ peer: String, _ addresses: [SocketAddress], until deadline: Deadline) throws(DataSetError) {
    self.peer = peer
    var failure = DataSetError.temporary("\(peer): no address to connect to")
    let timeLimit = deadline.remaining
    for (index, address) in addresses.enumerated() {
      let share = Deadline(in: deadline.remaining / (addresses.count - index))
      do throws(DataSetError) {
        descriptor = try Self.connected(peer, address, timeLimit: timeLimit, until: share)
        return
      } catch {
        failure = error
      }
    }
    throw failure
  }

  deinit { close(descriptor) }

  func write(_ bytes: [UInt8], until deadline: Deadline) throws(DataSetError) {
    var sent = 0
    while sent < bytes.count {
      try check(deadline)
      let (count, code) = unsafe bytes.withUnsafeBytes { all in
        let rest = unsafe UnsafeRawBufferPointer(rebasing: all[sent...])
        let count = unsafe send(descriptor, rest.baseAddress, rest.count, CInt(MSG_NOSIGNAL))
        return (count, errno)
      }
      if count >= 0 {
        sent += count
      } else if code == EAGAIN {
        try wait(POLLOUT, until: deadline)
      } else if code != EINTR {
        throw lost(code)
      }
    }
  }

  func read(into buffer: inout [UInt8], from start: Int, until deadline: Deadline) throws(DataSetError) -> Int {
    while true {
      // Checked on each call, so that a server that sends without end cannot pass the deadline.
      try check(deadline)
      // Wait first: a response has rarely arrived at this point.
      try wait(POLLIN, until: deadline)
      let (count, code) = unsafe buffer.withUnsafeMutableBytes { all in
        let room = unsafe UnsafeMutableRawBufferPointer(rebasing: all[start...])
        let count = unsafe recv(descriptor, room.baseAddress, room.count, 0)
        return (count, errno)
      }
      if count > 0 { return count }
      if count == 0 { throw .temporary("\(peer): the server closed the connection") }
      if code != EAGAIN, code != EINTR { throw lost(code) }
    }
  }

  private func wait(_ events: CInt, until deadline: Deadline) throws(DataSetError) {
    while !SocketWait.isReady(descriptor, events, until: deadline) {
      try check(deadline)
    }
  }

  private func check(_ deadline: Deadline) throws(DataSetError) {
    if deadline.isOver { throw .temporary("\(peer): no response in time") }
  }

  private func lost(_ code: CInt) -> DataSetError {
    .temporary("\(peer): the connection was lost: \(Errno(rawValue: code))")
  }

  // MARK: Connecting

  private static func connected(
    _ peer: String, _ address: SocketAddress, timeLimit: Int, until deadline: Deadline
  ) throws(DataSetError) -> CInt {
    let kind = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue) | CInt(SOCK_NONBLOCK.rawValue)
    let descriptor = socket(address.family, kind, 0)
    guard descriptor >= 0 else { throw .temporary("\(peer): cannot create a socket: \(Errno(rawValue: errno))") }
    if address.family != AF_UNIX { tune(descriptor, timeLimit: timeLimit) }
    let code = connect(descriptor, address, until: deadline)
    guard code != 0 else { return descriptor }
    close(descriptor)
    let why = "\(peer): cannot connect: \(Errno(rawValue: code))"
    // Only the administrator can change the permissions of the socket.
    if address.family == AF_UNIX, code == EACCES { throw .unusable(why) }
    throw .temporary(why)
  }

  /// Returns 0, or the error code.
  private static func connect(_ descriptor: CInt, _ address: SocketAddress, until deadline: Deadline) -> CInt {
    let code = unsafe address.withPointer { pointer, length in
      unsafe Glibc.connect(descriptor, pointer, length) == 0 ? 0 : errno
    }
    // A unix socket with a full queue fails with EAGAIN, and there is no way to wait for it.
    guard code == EINPROGRESS || code == EINTR else { return code }
    while !SocketWait.isReady(descriptor, POLLOUT, until: deadline) {
      if deadline.isOver { return ETIMEDOUT }
    }
    var result: CInt = 0
    var length = socklen_t(MemoryLayout<CInt>.size)
    guard unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &result, &length) == 0 else { return errno }
    return result
  }

  /// Sends small requests without delay. A dead server is detected within the time limit, or within two minutes on an
  /// idle connection.
  private static func tune(_ descriptor: CInt, timeLimit: Int) {
    let tcp = CInt(IPPROTO_TCP)
    SocketOption.set(descriptor, tcp, TCP_NODELAY, 1)
    SocketOption.set(descriptor, tcp, TCP_USER_TIMEOUT, CInt(clamping: max(timeLimit, 1)))
    Keepalive.standard.set(on: descriptor)
  }
}
