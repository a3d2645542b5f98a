public import NIOCore

/// One packet: a command or a reply with its payload.
public struct MilterFrame: Sendable, Hashable {
  /// The command or reply; `MilterCommand` and `MilterReplyLetter` define the valid letters.
  public var letter: UInt8
  /// The bytes that follow the letter.
  public var payload: ByteBuffer

  /// Creates a packet.
  public init(letter: UInt8, payload: ByteBuffer = ByteBuffer()) {
    self.letter = letter
    self.payload = payload
  }

  /// Creates a packet with an MTA's command.
  public init(_ command: MilterCommand, payload: ByteBuffer = ByteBuffer()) {
    self.init(letter: command.rawValue, payload: payload)
  }

  /// Appends the packet as it is sent: its length in four bytes, the letter, the payload.
  public func write(into buffer: inout ByteBuffer) {
    buffer.writeInteger(UInt32(truncatingIfNeeded: payload.readableBytes + 1))
    buffer.writeInteger(letter)
    buffer.writeImmutableBuffer(payload)
  }
}

/// A decoder that splits a byte stream into packets.
///
/// The packets are slices of the appended data; nothing is copied unless a packet spans two reads. The buffer is never
/// larger than the appended data: a length field does not reserve memory.
public struct MilterFrameDecoder: Sendable {
  /// The maximum length of a packet in bytes, including its letter but not the four bytes of the length.
  public let maximumPacketSize: Int

  private var buffer = ByteBuffer()
  /// The number of bytes after the reader index that `skipToWithdrawal(isInMessage:)` has already examined.
  private var scanned = 0

  /// Creates a decoder.
  /// - Parameter maximumPacketSize: The maximum length of a packet in bytes, including its letter.
  public init(maximumPacketSize: Int = MilterLimits.standard.packetSize) {
    self.maximumPacketSize = max(maximumPacketSize, 1)
  }

  /// The number of buffered bytes.
  public var bufferedBytes: Int { buffer.readableBytes }

  /// Appends bytes from the stream.
  public mutating func append(_ bytes: ByteBuffer) {
    if buffer.readableBytes == 0 {
      buffer = bytes
      return
    }
    // Bytes that were already decoded must not accumulate at the front.
    buffer.discardReadBytes()
    buffer.writeImmutableBuffer(bytes)
  }

  /// Returns the next packet, or `nil` if none is complete.
  public mutating func next() throws(MilterError) -> MilterFrame? {
    guard let length = try length(at: buffer.readerIndex), buffer.readableBytes >= 4 + length else { return nil }
    buffer.moveReaderIndex(forwardBy: 4)
    guard let letter = buffer.readInteger(as: UInt8.self), let payload = buffer.readSlice(length: length - 1) else {
      return nil
    }
    scanned = max(0, scanned - 4 - length)
    // Once everything is read, release the storage; only the slices keep it alive.
    if buffer.readableBytes == 0 { buffer = ByteBuffer() }
    return MilterFrame(letter: letter, payload: payload)
  }

  /// Checks that the stream ended at the end of a packet.
  /// - Throws: `truncatedPacket` if it ended in the middle of one.
  public func finish() throws(MilterError) {
    guard buffer.readableBytes > 0 else { return }
    let expected = try length(at: buffer.readerIndex)
    throw .truncatedPacket(found: buffer.readableBytes, expected: 4 + (expected ?? 1))
  }

  /// Skips to a buffered packet that cancels the pending event: QUIT, QUIT_NC, or ABORT if `isInMessage` is true, with
  /// no MAIL or CONNECT before it. Each packet is examined only once, no matter how often this is called.
  /// - Returns: Whether such a packet was found. It is then the next packet; those before it are dropped.
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
