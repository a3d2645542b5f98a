import Milter
import NIOCore
import Testing

@Suite struct HeaderFieldTests {
  private func field(_ value: String, _ includesSpace: Bool) -> MilterHeaderField {
    MilterHeaderField(
      name: ByteBuffer(string: "Subject"), received: ByteBuffer(string: value), includesSpace: includesSpace)
  }

  private static let sent: [(received: String, value: String, exact: String)] = [
    (" a", "a", " a"), ("a", "a", "a"), ("  a", " a", "  a"), ("\ta", "\ta", "\ta"), ("", "", ""), (" ", "", " "),
    (" a\n\tb\n c", "a\n\tb\n c", " a\r\n\tb\r\n c"), (" a\r\n\tb", "a\n\tb", " a\r\n\tb"),
    ("\n\ta", "\n\ta", "\r\n\ta"), (" a\nb", "a\nb", " a\nb"), (" a\rb", "a\rb", " a\rb"), (" a\n", "a\n", " a\n"),
  ]

  @Test(arguments: sent) func `a value that includes the space`(_ received: String, _ value: String, _ exact: String) {
    let field = field(received, true)
    #expect(String(buffer: field.value) == value)
    #expect(String(decoding: field.exactValue, as: UTF8.self) == exact)
    #expect(String(buffer: field.received) == received)
  }

  private static let sentWithout: [(received: String, value: String, exact: String)] = [
    ("a", "a", " a"), (" a", " a", "  a"), ("\ta", "\ta", "\ta"), ("", "", " "),
    ("a\n\tb\n c", "a\n\tb\n c", " a\r\n\tb\r\n c"), ("a\r\n\tb", "a\n\tb", " a\r\n\tb"),
    ("\n\ta", "\n\ta", " \r\n\ta"), ("a\nb", "a\nb", " a\nb"),
  ]

  @Test(arguments: sentWithout)
  func `a value without the space`(_ received: String, _ value: String, _ exact: String) {
    let field = field(received, false)
    #expect(String(buffer: field.value) == value)
    #expect(String(decoding: field.exactValue, as: UTF8.self) == exact)
  }

  @Test(arguments: [false, true]) func `the session knows whether values include the space`(_ isAgreed: Bool) throws {
    var talk = try Conversation(MilterRequirements(protocolOptions: isAgreed ? .headerLeadingSpace : []))
    try talk.play([.connect, .mail, .recipient, .data].map(Packets.sample))
    let input = try talk.ask(Packets.frame(.header, "Subject", " x"))
    guard case .event(.header(let field)) = input else {
      Issue.record("not a header field")
      return
    }
    #expect(String(buffer: field.value) == (isAgreed ? "x" : " x"))
    #expect(String(decoding: field.exactValue, as: UTF8.self) == (isAgreed ? " x" : "  x"))
  }
}
