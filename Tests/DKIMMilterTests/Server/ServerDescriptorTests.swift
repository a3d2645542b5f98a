import CProcess
import Glibc
import Testing

@Suite("Server: descriptors that a worker sends", .serialized)
struct ServerDescriptorTests {
  @Test
  func `the descriptor of a packet stays open, but of several descriptors in a packet, none does`() throws {
    var pair: [CInt] = [-1, -1]
    try #require(socketpair(AF_UNIX, CInt(SOCK_SEQPACKET.rawValue), 0, &pair) == 0)
    defer { for descriptor in pair { close(descriptor) } }
    var bytes = [UInt8](repeating: 0, count: 64)
    for (count, keepsOne) in [(1, true), (2, false), (60, false), (0, false)] {
      let before = openDescriptors()
      #expect(sendDescriptors(count, over: pair[0]) == 1)
      var received: CInt = -1
      #expect(cprocess_receive(pair[1], &bytes, bytes.count, &received) == 1)
      #expect((received >= 0) == keepsOne)
      if received >= 0 { close(received) }
      #expect(openDescriptors() == before)
    }
  }

  /// SCM_RIGHTS
  private static let rights: UInt64 = 1

  private func openDescriptors() -> Int { (0..<256 as Range<CInt>).count { fcntl($0, F_GETFD) >= 0 } }

  /// Sends one byte with copies of standard input. The control data has the layout of cmsg(3) on 64-bit systems.
  private func sendDescriptors(_ count: Int, over socket: CInt) -> Int {
    var control: [UInt64] = []
    if count > 0 {
      control = [UInt64(16 + 4 * count), UInt64(SOL_SOCKET) | Self.rights << 32]
      control += [UInt64](repeating: 0, count: (count + 1) / 2)
    }
    var byte: UInt8 = 1
    return withUnsafeMutablePointer(to: &byte) { byte in
      control.withUnsafeMutableBytes { control in
        var part = iovec(iov_base: byte, iov_len: 1)
        return withUnsafeMutablePointer(to: &part) { part in
          var message = msghdr()
          message.msg_iov = part
          message.msg_iovlen = 1
          message.msg_control = control.baseAddress
          message.msg_controllen = control.count
          return sendmsg(socket, &message, 0)
        }
      }
    }
  }
}
