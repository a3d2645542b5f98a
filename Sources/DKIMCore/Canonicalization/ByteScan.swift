/// The scanning kernel, which examines up to 64 bytes at a time. Loads are bounds-checked by `RawSpan`; the standard
/// library marks them unsafe because they reinterpret bytes as a vector.
enum ByteScan {
  typealias Block = SIMD64<UInt8>
  static let blockSize = 64

  /// Returns the offset of the first LF at or after `start`.
  static func firstLF(in bytes: Span<UInt8>, from start: Int) -> Int? {
    let raw = unsafe bytes.bytes
    let lf = SIMD16<UInt8>(repeating: Bytes.lf)
    var i = start
    while i &+ 16 <= bytes.count {
      let block = unsafe raw.unsafeLoadUnaligned(fromByteOffset: i, as: SIMD16<UInt8>.self)
      // A vector mask is a vector of bytes, 0xFF where true.
      let hits = unsafe unsafeBitCast(block .== lf, to: SIMD2<UInt64>.self)
      if hits.x != 0 { return i &+ hits.x.trailingZeroBitCount / 8 }
      if hits.y != 0 { return i &+ 8 &+ hits.y.trailingZeroBitCount / 8 }
      i &+= 16
    }
    while i < bytes.count {
      if bytes[i] == Bytes.lf { return i }
      i &+= 1
    }
    return nil
  }

  /// Returns the offset of the first space or control character at or after `start`, or the end.
  static func endOfNonWhitespace(in bytes: Span<UInt8>, from start: Int) -> Int {
    let raw = unsafe bytes.bytes
    let space = SIMD8<UInt8>(repeating: Bytes.space)
    var i = start
    while i &+ 8 <= bytes.count {
      let block = unsafe raw.unsafeLoadUnaligned(fromByteOffset: i, as: SIMD8<UInt8>.self)
      let hits = unsafe unsafeBitCast(block .<= space, to: UInt64.self)
      if hits != 0 { return i &+ hits.trailingZeroBitCount / 8 }
      i &+= 8
    }
    while i < bytes.count, bytes[i] > Bytes.space { i &+= 1 }
    return i
  }

  /// Returns the offset of the first byte at or after `start` that ends a run of tag text: a space, a control
  /// character, DEL or a semicolon; or the end.
  static func endOfTagText(in bytes: Span<UInt8>, from start: Int) -> Int {
    let raw = unsafe bytes.bytes
    let space = SIMD16<UInt8>(repeating: Bytes.space)
    let delete = SIMD16<UInt8>(repeating: 0x7F)
    let semicolon = SIMD16<UInt8>(repeating: UInt8(ascii: ";"))
    var i = start
    while i &+ 16 <= bytes.count {
      let block = unsafe raw.unsafeLoadUnaligned(fromByteOffset: i, as: SIMD16<UInt8>.self)
      let ends = (block .<= space) .| (block .== delete) .| (block .== semicolon)
      let hits = unsafe unsafeBitCast(ends, to: SIMD2<UInt64>.self)
      if hits.x != 0 { return i &+ hits.x.trailingZeroBitCount / 8 }
      if hits.y != 0 { return i &+ 8 &+ hits.y.trailingZeroBitCount / 8 }
      i &+= 16
    }
    while i < bytes.count, bytes[i] > Bytes.space, bytes[i] != 0x7F, bytes[i] != UInt8(ascii: ";") { i &+= 1 }
    return i
  }

  /// Returns true if the 64 bytes at `i` contain a CR without a following LF, an LF without a preceding CR (not checked
  /// for the first byte), or a NUL. Requires 65 bytes from `i` on.
  @inline(__always)
  static func hasDefect(_ bytes: Span<UInt8>, at i: Int) -> Bool {
    let raw = unsafe bytes.bytes
    let block = unsafe raw.unsafeLoadUnaligned(fromByteOffset: i, as: Block.self)
    let next = unsafe raw.unsafeLoadUnaligned(fromByteOffset: i &+ 1, as: Block.self)
    let torn = (block .== Block(repeating: Bytes.cr)) .^ (next .== Block(repeating: Bytes.lf))
    let hits = torn .| (block .== Block(repeating: 0))
    let words = unsafe unsafeBitCast(hits, to: SIMD8<UInt64>.self)
    return (words.lowHalf | words.highHalf) != .zero
  }

  /// Returns true if the 64 bytes at `i` contain a tab, or a space before white space or a control character. Requires
  /// at least 65 bytes from `i` on.
  @inline(__always)
  static func needsReduction(_ bytes: Span<UInt8>, at i: Int) -> Bool {
    let raw = unsafe bytes.bytes
    let block = unsafe raw.unsafeLoadUnaligned(fromByteOffset: i, as: Block.self)
    let next = unsafe raw.unsafeLoadUnaligned(fromByteOffset: i &+ 1, as: Block.self)
    let space = Block(repeating: Bytes.space)
    let hits = (block .== Block(repeating: Bytes.tab)) .| ((block .== space) .& (next .<= space))
    let words = unsafe unsafeBitCast(hits, to: SIMD8<UInt64>.self)
    return (words.lowHalf | words.highHalf) != .zero
  }

  /// Returns one bit per byte: set for those of the 64 bytes at `i` that the relaxed body canonicalization keeps.
  /// Requires at least 66 bytes from `i` on.
  @inline(__always)
  static func keptBytes(_ bytes: Span<UInt8>, at i: Int) -> UInt64 {
    let raw = unsafe bytes.bytes
    let block = unsafe raw.unsafeLoadUnaligned(fromByteOffset: i, as: Block.self)
    let next = unsafe raw.unsafeLoadUnaligned(fromByteOffset: i &+ 1, as: Block.self)
    let blanks = bits((block .== Block(repeating: Bytes.space)) .| (block .== Block(repeating: Bytes.tab)))
    let lineEnds = bits((block .== Block(repeating: Bytes.cr)) .& (next .== Block(repeating: Bytes.lf)))
    let after = bytes[i &+ blockSize]
    let lineEndAfter = after == Bytes.cr && bytes[i &+ blockSize &+ 1] == Bytes.lf
    let blankNext = blanks >> 1 | (ASCII.isWSP(after) ? 1 << 63 : 0)
    let lineEndNext = lineEnds >> 1 | (lineEndAfter ? 1 << 63 : 0)
    return ~blanks | ~(blankNext | lineEndNext)
  }

  /// Converts a vector mask to one bit per byte: each byte of a word keeps its own bit, and the multiplication collects
  /// the bits.
  @inline(__always)
  private static func bits(_ mask: SIMDMask<Block.MaskStorage>) -> UInt64 {
    let words = unsafe unsafeBitCast(mask, to: SIMD8<UInt64>.self)
    let products = (words & 0x8040_2010_0804_0201) &* 0x0101_0101_0101_0101
    var result: UInt64 = 0
    for k in 0..<8 { result |= (products[k] &>> 56) &<< UInt64(8 &* k) }
    return result
  }
}
