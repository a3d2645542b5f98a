import Milter
import NIOCore

/// Packets of an MTA.
enum Packets {
  /// Creates a command with NUL-terminated strings.
  static func frame(_ command: MilterCommand, _ strings: String...) -> MilterFrame {
    MilterFrame(command, payload: payload(strings))
  }

  static func raw(_ command: MilterCommand, _ bytes: String) -> MilterFrame {
    MilterFrame(command, payload: ByteBuffer(string: bytes))
  }

  static func payload(_ strings: [String]) -> ByteBuffer {
    var payload = ByteBuffer()
    for string in strings { payload.writeString(string + "\0") }
    return payload
  }

  static func offer(_ offer: MilterOffer = .postfix) -> MilterFrame {
    var payload = ByteBuffer()
    payload.writeMultipleIntegers(offer.version, offer.actions.rawValue, offer.protocolOptions.rawValue)
    return MilterFrame(.negotiate, payload: payload)
  }

  static func macros(_ command: MilterCommand, _ pairs: (String, String)...) -> MilterFrame {
    var payload = ByteBuffer(integer: command.rawValue)
    for (name, value) in pairs { payload.writeString("\(name)\0\(value)\0") }
    return MilterFrame(.macros, payload: payload)
  }

  static func connect(host: String = "client.example", address: String = "192.0.2.1") -> MilterFrame {
    raw(.connect, "\(host)\u{0}4\u{1}\u{2}\(address)\u{0}")
  }

  /// A well-formed packet of each kind.
  static func sample(_ command: MilterCommand) -> MilterFrame {
    switch command {
    case .negotiate: offer()
    case .connect: connect()
    case .macros: macros(.data, ("i", "1234"))
    case .helo: frame(.helo, "client.example")
    case .mail: frame(.mail, "<a@example.com>", "SIZE=5")
    case .recipient: frame(.recipient, "<b@example.net>")
    case .unknown: frame(.unknown, "XYZZY")
    case .header: frame(.header, "Subject", " hello")
    case .body: raw(.body, "text\r\n")
    case .abort, .endOfMessage, .quitNewConnection, .endOfHeader, .quit, .data: MilterFrame(command)
    }
  }

  /// The bytes on the wire.
  static func bytes(_ frames: [MilterFrame]) -> ByteBuffer {
    var bytes = ByteBuffer()
    for frame in frames { frame.write(into: &bytes) }
    return bytes
  }

  /// The packets in a stream of replies.
  static func frames(_ bytes: ByteBuffer) throws -> [MilterFrame] {
    var decoder = MilterFrameDecoder(maximumPacketSize: 1 << 24)
    decoder.append(bytes)
    var frames: [MilterFrame] = []
    while let frame = try decoder.next() { frames.append(frame) }
    try decoder.finish()
    return frames
  }

  /// The letters of a stream of replies.
  static func letters(_ bytes: ByteBuffer) throws -> String {
    String(decoding: try frames(bytes).map(\.letter), as: UTF8.self)
  }
}

/// A session and its output.
struct Conversation {
  var session = MilterSession()
  var out = ByteBuffer()
  var seen: [MilterSession.Input] = []

  init() {}

  /// Creates a session that has negotiated.
  init(_ requirements: MilterRequirements, offer: MilterOffer = .postfix) throws {
    _ = try session.receive(Packets.offer(offer))
    _ = try session.agree(to: requirements, into: &out)
    out.clear()
  }

  /// Sends packets and answers all events with `reply`.
  mutating func play(_ frames: [MilterFrame], reply: MilterReply = .continue) throws {
    for frame in frames {
      var input: MilterSession.Input? = try session.receive(frame)
      while let current = input {
        seen.append(current)
        if case .offer = current { _ = try session.agree(to: MilterRequirements(), into: &out) }
        if case .event = current { try session.answer(MilterResponse(reply), into: &out) }
        input = session.nextInput()
      }
    }
  }

  /// Sends one packet without answering events.
  mutating func ask(_ frame: MilterFrame) throws -> MilterSession.Input {
    let input = try session.receive(frame)
    seen.append(input)
    return input
  }

  mutating func takeLetters() throws -> String {
    let letters = try Packets.letters(out)
    out.clear()
    return letters
  }
}
