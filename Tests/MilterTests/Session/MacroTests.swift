import Milter
import NIOCore
import Testing

@Suite struct MacroTests {
  @Test func `braces do not matter, and the later stage wins`() throws {
    var macros = MilterMacros()
    macros.set("j", "host", .connect)
    macros.set("{daemon_name}", "IN", .connect)
    macros.set("i", "1", .mail)
    macros.set("i", "2", .endOfHeader)
    #expect(macros["j"] == "host")
    #expect(macros["{j}"] == "host")
    #expect(macros["daemon_name"] == "IN")
    #expect(macros["{daemon_name}"] == "IN")
    #expect(macros["i"] == "2")
    #expect(macros["i", .mail] == "1")
    #expect(macros["x"] == nil)
    #expect(macros[""] == nil)
    #expect(macros["{}"] == nil)
    #expect(macros.all(.connect).map(\.name) == ["j", "{daemon_name}"])
    #expect(MilterMacros().all(.mail).isEmpty)
  }

  @Test func `a macro that is set again has only its new value`() {
    var macros = MilterMacros()
    for (name, value) in [("a", "1"), ("{long}", "2"), ("z", "3"), ("long", "4"), ("z", "5"), ("a", "")] {
      macros.set(name, value, .mail)
    }
    #expect(macros.all(.mail).map { "\($0.name)=\($0.value)" } == ["long=4", "z=5", "a="])
    #expect(macros["{long}"] == "4" && macros["z"] == "5" && macros["a"] == "")
  }

  @Test func `a second set of a stage replaces the first`() throws {
    var talk = try Conversation(MilterRequirements())
    try talk.play([Packets.macros(.helo, ("a", "1"), ("b", "2")), Packets.macros(.helo, ("b", "3"))])
    #expect(talk.session.macros["a"] == nil)
    #expect(talk.session.macros["b"] == "3")
  }

  @Test func `too many and too long ones are errors`() throws {
    for (pairs, length, error) in [
      (4, 3, MilterError.tooManyMacros(found: 4, limit: 3)), (1, 100, .macrosTooLong(found: 103, limit: 50)),
    ] {
      var session = MilterSession(limits: MilterLimits(macros: 3, macroBytes: 50))
      var out = ByteBuffer()
      _ = try session.receive(Packets.offer())
      _ = try session.agree(to: MilterRequirements(), into: &out)
      var payload = ByteBuffer(string: "C")
      for _ in 0..<pairs { payload.writeString("n\0\(String(repeating: "v", count: length))\0") }
      #expect(throws: error) { try session.receive(MilterFrame(.macros, payload: payload)) }
    }
  }

  @Test func `bytes that are not text are kept`() throws {
    var talk = try Conversation(MilterRequirements())
    let payload = ByteBuffer(bytes: [0x43, 0x6A, 0, 0xFF, 0xFE, 0])
    try talk.play([MilterFrame(.macros, payload: payload)])
    #expect(talk.session.macros.bytes("j") == ByteBuffer(bytes: [0xFF, 0xFE]))
    #expect(talk.session.macros["j"] == "\u{FFFD}\u{FFFD}")
  }
}
