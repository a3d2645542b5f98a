/// A fixed-size buffer in which bytes are collected before they are hashed; it uses the same vector operations as
/// ``ByteScan``. Callers that append must make sure that there is room.
@safe struct OutputBuffer: ~Copyable {
  private let base: UnsafeMutablePointer<UInt8>
  private let capacity: Int
  private(set) var count = 0

  /// Whole vectors are stored, so up to this many bytes after the last one may be overwritten.
  private static let slack = 16

  init(capacity: Int) {
    self.capacity = capacity
    // Freed in deinit; the pointer is only passed to functions for the duration of a call.
    unsafe base = .allocate(capacity: capacity + Self.slack)
  }

  deinit {
    unsafe base.deallocate()
  }

  /// The number of bytes that can be appended.
  var room: Int { capacity &- count }

  /// Passes the collected bytes on and empties the buffer.
  mutating func drain(into lines: inout TrailingLines) {
    guard count > 0 else { return }
    lines.take(unsafe Span(_unsafeStart: UnsafePointer(base), count: count))
    count = 0
  }

  /// Hashes the collected bytes and empties the buffer.
  mutating func drain(into digest: inout Digest) {
    digest.update(unsafe Span(_unsafeStart: UnsafePointer(base), count: count))
    count = 0
  }

  @inline(__always)
  mutating func append(_ byte: UInt8) {
    precondition(count < capacity)
    unsafe base[count] = byte
    count &+= 1
  }

  /// Appends a range of the bytes. If there is enough input after the range, a whole vector is copied.
  @inline(__always)
  mutating func append(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    precondition(range.upperBound <= bytes.count && range.count <= room)
    if range.count <= 16, range.lowerBound &+ 16 <= bytes.count {
      let piece = unsafe bytes.bytes.unsafeLoadUnaligned(fromByteOffset: range.lowerBound, as: SIMD16<UInt8>.self)
      unsafe UnsafeMutableRawPointer(base + count).storeBytes(of: piece, as: SIMD16<UInt8>.self)
    } else {
      unsafe bytes.withUnsafeBufferPointer { source in
        guard let start = source.baseAddress else { return }
        unsafe (base + count).update(from: start + range.lowerBound, count: range.count)
      }
    }
    count &+= range.count
  }

  /// Appends those of the 64 bytes at `i` that the relaxed body canonicalization keeps; tabs become spaces. Requires 80
  /// bytes of input from `i` on, because each run of kept bytes is copied in vectors of 16, and room for 64 bytes.
  mutating func appendReduced(_ bytes: Span<UInt8>, at i: Int) {
    precondition(i >= 0 && i &+ 80 <= bytes.count && room >= 64)
    // One bit per byte, lowest bit first. In each turn, the dropped bytes are skipped and a run of kept ones is copied.
    var kept = ByteScan.keptBytes(bytes, at: i)
    let raw = unsafe bytes.bytes
    let tab = SIMD16<UInt8>(repeating: Bytes.tab)
    let space = SIMD16<UInt8>(repeating: Bytes.space)
    var from = i
    while kept != 0 {
      let skip = kept.trailingZeroBitCount
      kept &>>= UInt64(truncatingIfNeeded: skip)
      from &+= skip
      let run = (~kept).trailingZeroBitCount
      var done = 0
      while done < run {
        let piece = unsafe raw.unsafeLoadUnaligned(fromByteOffset: from &+ done, as: SIMD16<UInt8>.self)
        let withSpaces = piece.replacing(with: space, where: piece .== tab)
        unsafe UnsafeMutableRawPointer(base + (count &+ done)).storeBytes(of: withSpaces, as: SIMD16<UInt8>.self)
        done &+= 16
      }
      count &+= run
      from &+= run
      kept = run == 64 ? 0 : kept &>> UInt64(truncatingIfNeeded: run)
    }
  }
}
