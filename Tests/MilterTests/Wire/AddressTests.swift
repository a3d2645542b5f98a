import Milter
import NIOCore
import Testing

@Suite struct AddressTests {
  private func client(_ bytes: String) throws -> MilterClient {
    var conversation = try Conversation(MilterRequirements())
    guard case .event(.connect(let client)) = try conversation.ask(Packets.raw(.connect, bytes)) else {
      throw MilterError.unanswered(.connect)
    }
    return client
  }

  @Test func `all families of Postfix and Sendmail are understood`() throws {
    #expect(try client("h\u{0}4\u{1}\u{2}192.0.2.1\0").address == .ipv4("192.0.2.1", port: 258))
    #expect(try client("localhost\u{0}4\u{0}\u{0}127.0.0.1\0").address == .ipv4("127.0.0.1", port: 0))
    #expect(try client("h\u{0}6\u{1}\u{2}2001:db8::1\0").address == .ipv6("2001:db8::1", port: 258))
    #expect(try client("h\u{0}6\u{0}\u{0}IPv6:2001:db8::1\0").ipAddress == "2001:db8::1")
    #expect(try client("h\u{0}6\u{0}\u{0}fe80::1%eth0\0").ipAddress == "fe80::1%eth0")
    #expect(try client("unknown\0U").address == .unknown)
    #expect(try client("unknown\0U\u{0}\u{0}\0").address == .unknown)
    #expect(try client("localhost\0L\u{0}\u{0}/run/sock\0").address == .local(path: "/run/sock"))
    #expect(String(buffer: try client("[192.0.2.1]\u{0}4\u{1}\u{2}192.0.2.1\0").hostName) == "[192.0.2.1]")
  }

  @Test func `addresses come with and without angle brackets`() throws {
    for (path, address) in [("<a@b>", "a@b"), ("a@b", "a@b"), ("<>", ""), ("", ""), ("<", "<"), ("<a", "<a")] {
      let envelope = MilterEnvelopeAddress(path)
      #expect(String(buffer: envelope.path) == path)
      #expect(String(buffer: envelope.address) == address)
    }
  }

  @Test func `parameters keep their order`() throws {
    var conversation = try Conversation(MilterRequirements())
    try conversation.play([Packets.connect()])
    let input = try conversation.ask(Packets.frame(.mail, "<a@b>", "BODY=8BITMIME", "", "SIZE=160000"))
    guard case .event(.mail(let envelope)) = input else {
      Issue.record("\(input)")
      return
    }
    #expect(envelope.parameters.map { String(buffer: $0) } == ["BODY=8BITMIME", "", "SIZE=160000"])
  }
}
