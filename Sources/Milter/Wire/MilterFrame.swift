public import NIOCore

/// One packet: a command or a reply, and what belongs to it.
public struct MilterFrame: Sendable, Hashable {
  /// The command; `MilterCommand` and `MilterReplyLetter` name those that there are.
  public var letter: UInt8
  /// What follows the letter.
  public var payload: ByteBuffer

  /// A packet.
  public init(letter: UInt8, payload: ByteBuffer = ByteBuffer()) {
    self.letter = letter
    self.payload = payload
  }

  /// A command of an MTA.
  public init(_ command: MilterCommand, payload: ByteBuffer = ByteBuffer()) {
    self.init(letter: command.rawValue, payload: payload)
  }

  /// Appends the packet as it goes over the wire: its length in four octets, the letter, the payload.
  public func write(into buffer: inout ByteBuffer) {
    buffer.writeInteger(UInt32(truncatingIfNeeded: payload.readableBytes + 1))
    buffer.writeInteger(letter)
    buffer.writeImmutableBuffer(payload)
  }
}

/// Cuts a stream of octets into packets.
///
/// The packets are slices of what was appended: nothing is copied except where a packet lies in two pieces. What is
/// waiting is never more than was appended; an announced length reserves nothing.
public struct MilterFrameDecoder: Sendable {
  /// The longest packet that is taken, in octets, with its letter and without the four octets of the length.
  public let maximumPacketSize: Int

  private var buffer = ByteBuffer()
  /// How far from the reader index `withdrawal()` has looked.
  private var scanned = 0

  /// - Parameter maximumPacketSize: in octets, with the letter.
  public init(maximumPacketSize: Int = MilterLimits.standard.packetSize) {
    self.maximumPacketSize = max(maximumPacketSize, 1)
  }

  /// Octets that wait.
  public var bufferedOctets: Int { buffer.readableBytes }

  /// More octets of the stream.
  public mutating func append(_ octets: ByteBuffer) {
    if buffer.readableBytes == 0 {
      buffer = octets
      return
    }
    // What was read before must not pile up in front.
    buffer.discardReadBytes()
    buffer.writeImmutableBuffer(octets)
  }

  /// The next packet that is there as a whole.
  public mutating func next() throws(MilterError) -> MilterFrame? {
    guard let length = try length(at: buffer.readerIndex), buffer.readableBytes >= 4 + length else { return nil }
    buffer.moveReaderIndex(forwardBy: 4)
    guard let letter = buffer.readInteger(as: UInt8.self), let payload = buffer.readSlice(length: length - 1) else {
      return nil
    }
    scanned = max(0, scanned - 4 - length)
    // Slices keep the storage alive; the decoder does not, once all is read.
    if buffer.readableBytes == 0 { buffer = ByteBuffer() }
    return MilterFrame(letter: letter, payload: payload)
  }

  /// The end of the stream.
  /// - Throws: `truncatedPacket` where it ends within one.
  public func finish() throws(MilterError) {
    guard buffer.readableBytes > 0 else { return }
    let expected = try length(at: buffer.readerIndex)
    throw .truncatedPacket(found: buffer.readableBytes, expected: 4 + (expected ?? 1))
  }

  /// Looks among the packets that wait for one that ends what is at hand: the end of the client, or ABORT where
  /// `isInMessage`, before any new message. Each packet is looked at once however often this is called.
  /// - Returns: true where there is one; it is then the next packet, and those before it are dropped.
  mutating func skipToWithdrawal(isInMessage: Bool) -> Bool {
    while let length = try? length(at: buffer.readerIndex + scanned),
      buffer.readableBytes >= scanned + 4 + length,
      let letter = buffer.getInteger(at: buffer.readerIndex + scanned + 4, as: UInt8.self)
    {
      let command = MilterCommand(rawValue: letter)
      if command == .mail || command == .connect { return false }
      if let command, command.withdraws, isInMessage || command != .abort {
        buffer.moveReaderIndex(forwardBy: scanned)
        scanned = 0
        return true
      }
      scanned += 4 + length
    }
    return false
  }

  private func length(at index: Int) throws(MilterError) -> Int? {
    guard let announced = buffer.getInteger(at: index, as: UInt32.self) else { return nil }
    guard announced > 0 else { throw .emptyPacket }
    guard announced <= UInt32(clamping: maximumPacketSize) else {
      throw .packetTooLong(length: Int(announced), limit: maximumPacketSize)
    }
    return Int(announced)
  }
}
