import Milter
import NIOCore
import Testing

@Suite struct FrameTests {
  private let frames = [
    Packets.offer(), Packets.connect(), Packets.macros(.mail, ("i", "1")), Packets.sample(.mail), Packets.sample(.body),
    MilterFrame(.endOfMessage),
  ]

  @Test func `every split of a stream gives the same packets`() throws {
    let bytes = Packets.bytes(frames)
    for split in 0...bytes.readableBytes {
      for second in stride(from: split, through: bytes.readableBytes, by: 7) {
        var decoder = MilterFrameDecoder()
        var found: [MilterFrame] = []
        for range in [0..<split, split..<second, second..<bytes.readableBytes] {
          if let piece = bytes.getSlice(at: range.lowerBound, length: range.count), !range.isEmpty {
            decoder.append(piece)
          }
          while let frame = try decoder.next() { found.append(frame) }
        }
        #expect(found == frames)
        #expect(decoder.bufferedBytes == 0)
      }
    }
  }

  @Test func `byte by byte gives the same packets`() throws {
    var decoder = MilterFrameDecoder()
    var found: [MilterFrame] = []
    for byte in Packets.bytes(frames).readableBytesView {
      decoder.append(ByteBuffer(integer: byte))
      while let frame = try decoder.next() { found.append(frame) }
    }
    #expect(found == frames)
  }

  @Test func `a packet of length 0 is an error`() throws {
    var decoder = MilterFrameDecoder()
    decoder.append(ByteBuffer(integer: 0 as UInt32))
    #expect(throws: MilterError.emptyPacket) { try decoder.next() }
  }

  @Test func `a packet over the limit is an error as soon as its length is known`() throws {
    for length in [101, 1 << 20, Int(UInt32.max)] {
      var decoder = MilterFrameDecoder(maximumPacketSize: 100)
      decoder.append(ByteBuffer(integer: UInt32(length)))
      #expect(throws: MilterError.packetTooLong(length: length, limit: 100)) { try decoder.next() }
    }
  }

  @Test func `a packet as long as the limit is taken`() throws {
    var decoder = MilterFrameDecoder(maximumPacketSize: 100)
    let frame = MilterFrame(.body, payload: ByteBuffer(repeating: 0x61, count: 99))
    decoder.append(Packets.bytes([frame]))
    #expect(try decoder.next() == frame)
  }

  @Test func `the end within a packet is an error`() throws {
    let bytes = Packets.bytes([Packets.sample(.helo)])
    for length in 1..<bytes.readableBytes {
      var decoder = MilterFrameDecoder()
      decoder.append(try #require(bytes.getSlice(at: 0, length: length)))
      #expect(try decoder.next() == nil)
      let expected = length < 4 ? 5 : bytes.readableBytes
      #expect(throws: MilterError.truncatedPacket(found: length, expected: expected)) { try decoder.finish() }
    }
  }

  @Test func `the end between packets is not an error`() throws {
    var decoder = MilterFrameDecoder()
    decoder.append(Packets.bytes([MilterFrame(.quit)]))
    _ = try decoder.next()
    try decoder.finish()
  }
}
