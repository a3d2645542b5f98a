/// The relaxed half of the body canonicalization: white space at the end of a line goes, every other run
/// of spaces and tabs becomes one space. // RFC 6376 §3.4.4
///
/// Octets that need no change are passed on in place. Blocks of 64 octets that do are squeezed into a
/// buffer: of every run only the last octet is kept, and that only where no CRLF follows; so each
/// octet's fate depends on the two octets behind it and on nothing else.
struct WhiteSpaceReducer: ~Copyable {
  private static let capacity = 16_384
  /// Runs at least this long are hashed where they lie; shorter ones are gathered.
  private static let longRun = 512
  /// Octets that may be read beyond a block.
  private static let slack = 16

  private var buffer: OutputBuffer
  /// White space was seen whose fate is open.
  private var openBlank = false
  /// A CR was seen (behind any open white space) whose fate is open.
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

  /// Ends the body: white space still open is at the end of a line.
  mutating func finish(into sink: inout TrailingLines) {
    if openCR {
      // update() left the buffer empty.
      if openBlank { buffer.append(Octets.space) }
      buffer.append(Octets.cr)
    }
    buffer.drain(into: &sink)
  }

  /// One octet at a time, where there are not enough octets to look ahead.
  private mutating func step(_ octet: UInt8, into sink: inout TrailingLines) {
    // At most a space, a CR and the octet itself.
    if buffer.room < 3 { buffer.drain(into: &sink) }
    if openCR {
      openCR = false
      if octet == Octets.lf { openBlank = false }
      releaseBlank()
      buffer.append(Octets.cr)
    }
    if Octets.isWSP(octet) {
      openBlank = true
    } else if octet == Octets.cr {
      openCR = true
    } else {
      releaseBlank()
      buffer.append(octet)
    }
  }

  private mutating func releaseBlank() {
    if openBlank { buffer.append(Octets.space) }
    openBlank = false
  }

  /// Octets that stay as they are.
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
