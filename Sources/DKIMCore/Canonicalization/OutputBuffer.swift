/// A fixed piece of memory that octets are gathered in before they are hashed; part of the scanning
/// kernel. Whoever appends makes sure that there is room; a debug build checks it.
@safe struct OutputBuffer: ~Copyable {
  private let base: UnsafeMutablePointer<UInt8>
  private let capacity: Int
  private(set) var count = 0

  init(capacity: Int) {
    self.capacity = capacity
    // Freed in deinit; never handed out but through `span`.
    unsafe base = .allocate(capacity: capacity)
  }

  deinit {
    unsafe base.deallocate()
  }

  /// Hands over what was gathered and begins anew.
  mutating func drain(into lines: inout TrailingLines) {
    guard count > 0 else { return }
    lines.take(unsafe Span(_unsafeStart: UnsafePointer(base), count: count))
    count = 0
  }

  mutating func append(_ octet: UInt8) {
    assert(count < capacity)
    unsafe base[count] = octet
    count &+= 1
  }

  mutating func append(_ octets: Span<UInt8>) {
    assert(count + octets.count <= capacity)
    unsafe octets.withUnsafeBufferPointer { source in
      guard let start = source.baseAddress else { return }
      unsafe (base + count).update(from: start, count: source.count)
    }
    count &+= octets.count
  }

  /// Appends what stays of the 64 octets at `i`; tabs become spaces.
  /// Wants 80 octets of input behind `i` and room for 80 more: whole vectors are read and written.
  mutating func appendReduced(_ octets: Span<UInt8>, at i: Int) {
    precondition(i >= 0 && i &+ 80 <= octets.count && count &+ 80 <= capacity)
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
