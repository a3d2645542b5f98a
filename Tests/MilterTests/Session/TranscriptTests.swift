import Milter
import NIOCore
import Testing

/// Conversations of Postfix 3.7.
@Suite struct TranscriptTests {
  private func event(_ input: MilterSession.Input) -> String {
    switch input {
    case .event(.header(let field)): "HEADER \(String(buffer: field.name)):\(String(buffer: field.received))"
    case .event(.mail(let path)): "MAIL \(String(buffer: path.path))"
    case .event(.recipient(let path)): "RCPT \(String(buffer: path.path))"
    case .event(.body(let piece)): "BODY \(piece.readableBytes)"
    case .event(let event): "\(event.command)"
    case .nothing: ""
    case .offer: "OPTNEG"
    case .aborted: "aborted"
    case .clientDisconnected: "client gone"
    case .quit: "quit"
    }
  }

  @Test func `two messages over SMTP`() throws {
    var talk = try Conversation(MilterRequirements(protocolOptions: [.noHelo, .noUnknown, .skip, .headerLeadingSpace]))
    try talk.play([
      Packets.macros(.connect, ("j", "mx.example"), ("{daemon_name}", "INBOUND"), ("_", "unknown [198.51.100.66]")),
      Packets.connect(host: "[198.51.100.66]", address: "198.51.100.66"),
      Packets.raw(.macros, "H"),
      Packets.macros(.mail, ("{mail_addr}", "a@example.com")),
      Packets.frame(.mail, "<a@example.com>", "BODY=8BITMIME", "SIZE=160000"),
      Packets.macros(.recipient, ("{rcpt_addr}", "b@example.net")),
      Packets.frame(.recipient, "<b@example.net>"),
      Packets.macros(.recipient, ("i", "4B1C"), ("{rcpt_addr}", "c@example.net")),
      Packets.frame(.recipient, "<c@example.net>"),
      Packets.macros(.data, ("i", "4B1C")), Packets.frame(.data),
      Packets.macros(.header, ("i", "4B1C")), Packets.frame(.header, "Subject", " a\n\tfold"),
      Packets.macros(.header, ("i", "4B1C")), Packets.frame(.header, "X-Empty", ""),
      Packets.macros(.endOfHeader, ("i", "4B1C")), Packets.frame(.endOfHeader),
      Packets.macros(.body, ("i", "4B1C")), Packets.raw(.body, "text\r\n"),
      Packets.macros(.endOfMessage, ("i", "4B1C")), Packets.frame(.endOfMessage),
      Packets.frame(.abort),
      Packets.macros(.mail, ("{mail_addr}", "")), Packets.frame(.mail, "<>"),
      Packets.frame(.abort), Packets.frame(.abort), Packets.frame(.quit),
    ])
    let events = talk.seen.map(event).filter { !$0.isEmpty }
    #expect(
      events == [
        "CONNECT", "MAIL <a@example.com>", "RCPT <b@example.net>", "RCPT <c@example.net>", "DATA",
        "HEADER Subject: a\n\tfold", "HEADER X-Empty:", "END OF HEADER", "BODY 6", "END OF MESSAGE", "MAIL <>",
        "aborted", "quit",
      ])
    #expect(try talk.takeLetters() == String(repeating: "c", count: 11))
    #expect(talk.session.macros["{daemon_name}"] == "INBOUND")
    #expect(talk.session.macros["i"] == nil)
  }

  @Test func `a bounce from cleanup`() throws {
    var talk = try Conversation(
      MilterRequirements(protocolOptions: [.noReplyHeader, .noReplyEndOfHeader, .noReplyBody]))
    try talk.play([
      Packets.raw(.connect, "localhost\u{0}4\u{0}\u{0}127.0.0.1\0"), Packets.frame(.helo, "localhost"),
      Packets.macros(.mail, ("i", "9A"), ("{mail_addr}", "")), Packets.frame(.mail, ""),
      Packets.frame(.recipient, "b@example.net"), Packets.frame(.data), Packets.frame(.header, "From", "x"),
      Packets.frame(.endOfHeader), Packets.frame(.endOfMessage), Packets.frame(.quit),
    ])
    #expect(talk.seen.map(event).contains("RCPT b@example.net"))
    #expect(try talk.takeLetters() == "cccccc")
  }

  @Test func `macros of a refused message do not reach the next one`() throws {
    var talk = try Conversation(MilterRequirements())
    try talk.play([
      Packets.connect(), Packets.macros(.mail, ("{auth_type}", "PLAIN")), Packets.sample(.mail),
      Packets.macros(.recipient, ("i", "1")), Packets.sample(.recipient),
    ])
    #expect(talk.session.macros["auth_type"] == "PLAIN")
    try talk.play([Packets.sample(.mail)])
    #expect(talk.session.macros["{auth_type}"] == nil)
    #expect(talk.session.macros["i"] == nil)
    try talk.play([Packets.macros(.mail, ("{auth_type}", "LOGIN")), Packets.sample(.mail)])
    #expect(talk.session.macros["{auth_type}"] == "LOGIN")
  }
}
