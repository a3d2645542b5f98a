import Milter
import MilterPeer
import MilterTestSupport
import NIOCore
import TestSupport

/// Packets an MTA sends, each with something plausible in it, and one that no MTA sends.
enum Alphabet {
  static let letters = Array("ODCHMRTULNBEAQKZ".utf8)

  static func frame(_ letter: UInt8) -> MilterFrame {
    MilterFrame(letter: letter, payload: ByteBuffer(bytes: payload(letter)))
  }

  static func payload(_ letter: UInt8) -> [UInt8] {
    switch Character(Unicode.Scalar(letter)) {
    case "O": [0, 0, 0, 6, 0, 0, 1, 0xFF, 0, 0x1F, 0xFF, 0xFF]
    case "D": Array("Mi\0A4B1\0{auth_type}\0PLAIN\0".utf8)
    case "C": Array("localhost\04".utf8) + [0x9C, 0x40] + Array("127.0.0.1\0".utf8)
    case "H": Array("client.example\0".utf8)
    case "M": Array("<alice@\(Mail.ours)>\0SIZE=100\0".utf8)
    case "R": Array("<bob@example.net>\0".utf8)
    case "U": Array("VRFY bob\0".utf8)
    case "L": Array("From\0 alice@\(Mail.ours)\0".utf8)
    case "B": Array("Text\r\n".utf8)
    default: []
    }
  }

  static func octets(_ letters: [UInt8]) -> [UInt8] { letters.flatMap { octets(frame($0)) } }

  static func octets(_ frame: MilterFrame) -> [UInt8] {
    var buffer = ByteBuffer()
    frame.write(into: &buffer)
    return Array(buffer.readableBytesView)
  }

  /// All words of so many letters.
  static func words(_ length: Int) -> [[UInt8]] {
    guard length > 0 else { return [[]] }
    return words(length - 1).flatMap { word in letters.map { word + [$0] } }
  }
}

/// Somebody who sends octets and looks whether the milter gets over it.
enum Attacker {
  enum Ending: Sendable, Hashable {
    /// The milter closed the connection.
    case closed
    /// It did not, though it was told to.
    case stalled
    /// It sent something that is no packet.
    case nonsense(String)
  }

  /// Sends `octets` and QUIT, and waits for the end of the connection. Where QUIT is lost in a packet that is longer than
  /// what was sent for it, the milter rightly waits for more: nobody sends it, and goes.
  static func send(_ octets: [UInt8], to milter: Milter) async throws -> Ending {
    let all = octets + Alphabet.octets([UInt8(ascii: "Q")])
    guard !waitsForMore(all) else {
      try await sendAndLeave(all, to: milter)
      return .closed
    }
    let peer = try await MilterPeer.connect(to: milter.address, timeout: .seconds(20))
    // Where it is refused in the middle, the rest does not get through.
    try? await peer.send(ByteBuffer(bytes: all))
    do {
      while try await peer.nextFrame(within: .seconds(20)) != nil {}
      try await peer.close()
      return .closed
    } catch PeerError.timedOut {
      try? await peer.close()
      return .stalled
    } catch {
      try? await peer.close()
      return .nonsense("\(error)")
    }
  }

  private static func waitsForMore(_ octets: [UInt8]) -> Bool {
    var decoder = MilterFrameDecoder()
    decoder.append(ByteBuffer(bytes: octets))
    do {
      while let frame = try decoder.next() {
        if frame.letter == MilterCommand.quit.rawValue { return false }
      }
      return true
    } catch {
      return false
    }
  }

  /// Sends `octets` and goes away at once.
  static func sendAndLeave(_ octets: [UInt8], to milter: Milter) async throws {
    let peer = try await MilterPeer.connect(to: milter.address, timeout: .seconds(20))
    try? await peer.send(ByteBuffer(bytes: octets))
    try await peer.close()
  }
}
