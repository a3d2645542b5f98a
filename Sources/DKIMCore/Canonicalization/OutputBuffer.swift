/// A fixed piece of memory that octets are gathered in before they are hashed; part of the scanning
/// kernel. Whoever appends makes sure that there is room.
@safe struct OutputBuffer: ~Copyable {
  private let base: UnsafeMutablePointer<UInt8>
  private let capacity: Int
  private(set) var count = 0

  /// Vectors are stored whole: so many octets behind the last may be written.
  private static let slack = 16

  init(capacity: Int) {
    self.capacity = capacity
    // Freed in deinit; never handed out but for the time of a call.
    unsafe base = .allocate(capacity: capacity + Self.slack)
  }

  deinit {
    unsafe base.deallocate()
  }

  /// How many octets can be appended.
  var room: Int { capacity &- count }

  /// Hands over what was gathered and begins anew.
  mutating func drain(into lines: inout TrailingLines) {
    guard count > 0 else { return }
    lines.take(unsafe Span(_unsafeStart: UnsafePointer(base), count: count))
    count = 0
  }

  /// Hashes what was gathered and begins anew.
  mutating func drain(into digest: inout Digest) {
    digest.update(unsafe Span(_unsafeStart: UnsafePointer(base), count: count))
    count = 0
  }

  @inline(__always)
  mutating func append(_ octet: UInt8) {
    precondition(count < capacity)
    unsafe base[count] = octet
    count &+= 1
  }

  /// Appends some of the octets. Where there is enough input behind them whole vectors are copied.
  @inline(__always)
  mutating func append(_ octets: Span<UInt8>, _ range: Range<Int>) {
    precondition(range.upperBound <= octets.count && range.count <= room)
    if range.count <= 16, range.lowerBound &+ 16 <= octets.count {
      let piece = unsafe octets.bytes.unsafeLoadUnaligned(fromByteOffset: range.lowerBound, as: SIMD16<UInt8>.self)
      unsafe UnsafeMutableRawPointer(base + count).storeBytes(of: piece, as: SIMD16<UInt8>.self)
    } else {
      unsafe octets.withUnsafeBufferPointer { source in
        guard let start = source.baseAddress else { return }
        unsafe (base + count).update(from: start + range.lowerBound, count: range.count)
      }
    }
    count &+= range.count
  }

  /// Appends what stays of the 64 octets at `i`; tabs become spaces.
  /// Wants 80 octets of input behind `i` and room for 64.
  mutating func appendReduced(_ octets: Span<UInt8>, at i: Int) {
    precondition(i >= 0 && i &+ 80 <= octets.count && room >= 64)
    var kept = ByteScan.keptOctets(octets, at: i)
    let raw = unsafe octets.bytes
    let tab = SIMD16<UInt8>(repeating: Octets.tab)
    let space = SIMD16<UInt8>(repeating: Octets.space)
    var from = i
    while kept != 0 {
      let skip = kept.trailingZeroBitCount
      kept &>>= UInt64(truncatingIfNeeded: skip)
      from &+= skip
      let run = (~kept).trailingZeroBitCount
      var done = 0
      while done < run {
        let piece = unsafe raw.unsafeLoadUnaligned(fromByteOffset: from &+ done, as: SIMD16<UInt8>.self)
        let blanked = piece.replacing(with: space, where: piece .== tab)
        unsafe UnsafeMutableRawPointer(base + (count &+ done)).storeBytes(of: blanked, as: SIMD16<UInt8>.self)
        done &+= 16
      }
      count &+= run
      from &+= run
      kept = run == 64 ? 0 : kept &>> UInt64(truncatingIfNeeded: run)
    }
  }
}
