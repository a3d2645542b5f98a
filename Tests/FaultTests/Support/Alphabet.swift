import Milter
import MilterPeer
import MilterTestSupport
import NIOCore
import TestSupport

/// Packets of an MTA, each with plausible contents, and one that no MTA sends.
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

  static func bytes(_ letters: [UInt8]) -> [UInt8] { letters.flatMap { bytes(frame($0)) } }

  static func bytes(_ frame: MilterFrame) -> [UInt8] {
    var buffer = ByteBuffer()
    frame.write(into: &buffer)
    return Array(buffer.readableBytesView)
  }

  /// All words with the given number of letters.
  static func words(_ length: Int) -> [[UInt8]] {
    guard length > 0 else { return [[]] }
    return words(length - 1).flatMap { word in letters.map { word + [$0] } }
  }
}

/// A client that sends bytes and checks that the milter still works.
enum Attacker {
  enum Ending: Sendable, Hashable {
    /// The milter closed the connection.
    case closed
    /// It did not close the connection after QUIT.
    case stalled
    /// It sent something that is not a packet.
    case nonsense(String)
  }

  /// Sends `bytes` and QUIT, and waits for the end of the connection. If QUIT is part of a packet whose announced
  /// length is longer, the milter waits for the rest, which is correct; then the connection is closed.
  static func send(_ bytes: [UInt8], to milter: Milter) async throws -> Ending {
    let all = bytes + Alphabet.bytes([UInt8(ascii: "Q")])
    guard !waitsForMore(all) else {
      try await sendAndLeave(all, to: milter)
      return .closed
    }
    let peer = try await MilterPeer.connect(to: milter.address, timeout: .seconds(20))
    // If it is refused in the middle, the rest cannot be sent.
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

  private static func waitsForMore(_ bytes: [UInt8]) -> Bool {
    var decoder = MilterFrameDecoder()
    decoder.append(ByteBuffer(bytes: bytes))
    do {
      while let frame = try decoder.next() {
        if frame.letter == MilterCommand.quit.rawValue { return false }
      }
      return true
    } catch {
      return false
    }
  }

  /// Sends `bytes` and closes the connection immediately.
  static func sendAndLeave(_ bytes: [UInt8], to milter: Milter) async throws {
    let peer = try await MilterPeer.connect(to: milter.address, timeout: .seconds(20))
    try? await peer.send(ByteBuffer(bytes: bytes))
    try await peer.close()
  }
}
