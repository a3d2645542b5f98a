/// The first stage of the relaxed body canonicalization: removes white space at the end of lines and reduces every
/// other run of spaces and tabs to one space. // RFC 6376 §3.4.4
///
/// Bytes that need no change are passed on in place. Blocks of 64 bytes that need changes are copied to a buffer. In a
/// run of white space, every byte is dropped that is followed by white space or by CRLF, and a tab that is kept becomes
/// a space. So looking two bytes ahead is enough to decide whether a byte is kept.
struct WhiteSpaceReducer: ~Copyable {
  private static let capacity = 16_384
  /// Unchanged runs of at least this length are hashed in place; shorter ones are collected in the buffer.
  private static let longRun = 512
  /// The number of bytes that must follow a block: its bytes are copied in vectors of 16, which may begin at its last
  /// byte.
  private static let slack = 16

  private var buffer: OutputBuffer
  /// True if it is not yet known whether the last white space is kept.
  private var openBlank = false
  /// True if the last byte was a CR (after any pending white space) that an LF may follow.
  private var openCR = false

  init() {
    buffer = OutputBuffer(capacity: Self.capacity)
  }

  mutating func update(_ chunk: Span<UInt8>, into sink: inout TrailingLines) {
    var i = 0
    while i < chunk.count, openBlank || openCR {
      step(chunk[i], into: &sink)
      i &+= 1
    }
    var clean = i
    while i &+ ByteScan.blockSize &+ Self.slack <= chunk.count {
      if ByteScan.needsReduction(chunk, at: i) {
        pass(chunk.extracting(clean..<i), into: &sink)
        if buffer.room < ByteScan.blockSize { buffer.drain(into: &sink) }
        buffer.appendReduced(chunk, at: i)
        clean = i &+ ByteScan.blockSize
      }
      i &+= ByteScan.blockSize
    }
    pass(chunk.extracting(clean..<i), into: &sink)
    while i < chunk.count {
      step(chunk[i], into: &sink)
      i &+= 1
    }
    buffer.drain(into: &sink)
  }

  /// Ends the body: drops pending white space, unless a CR without LF follows it.
  mutating func finish(into sink: inout TrailingLines) {
    if openCR {
      // update() left the buffer empty.
      if openBlank { buffer.append(Bytes.space) }
      buffer.append(Bytes.cr)
    }
    buffer.drain(into: &sink)
  }

  /// Processes one byte; used where there are not enough bytes to look ahead.
  private mutating func step(_ byte: UInt8, into sink: inout TrailingLines) {
    // At most a space, a CR and the byte itself.
    if buffer.room < 3 { buffer.drain(into: &sink) }
    if openCR {
      openCR = false
      if byte == Bytes.lf { openBlank = false }
      releaseBlank()
      buffer.append(Bytes.cr)
    }
    if ASCII.isWSP(byte) {
      openBlank = true
    } else if byte == Bytes.cr {
      openCR = true
    } else {
      releaseBlank()
      buffer.append(byte)
    }
  }

  private mutating func releaseBlank() {
    if openBlank { buffer.append(Bytes.space) }
    openBlank = false
  }

  /// Passes bytes on unchanged.
  private mutating func pass(_ run: Span<UInt8>, into sink: inout TrailingLines) {
    guard !run.isEmpty else { return }
    if run.count >= Self.longRun {
      buffer.drain(into: &sink)
      sink.take(run)
    } else {
      if buffer.room < run.count { buffer.drain(into: &sink) }
      buffer.append(run, 0..<run.count)
    }
  }
}
