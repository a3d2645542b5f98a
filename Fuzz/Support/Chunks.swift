/// Splits bytes into chunks; the same seed gives the same chunks.
enum Chunks {
  /// Each chunk has its own memory of exactly its size, so that the address sanitizer detects reads outside of it.
  static func forEach(of bytes: [UInt8], seed: UInt8, _ body: (Span<UInt8>) -> Void) {
    var source = SplitMix(seed: UInt64(seed))
    var start = 0
    var count = 0
    while start < bytes.count {
      // Thousands of tiny chunks take long and find no more than hundreds.
      let size = size(style: count < 300 ? seed & 7 : 6, &source)
      let end = min(start + size, bytes.count)
      count += 1
      let piece = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: end - start)
      _ = unsafe piece.initialize(from: bytes[start..<end])
      body(unsafe Span(_unsafeElements: UnsafeBufferPointer(piece)))
      unsafe piece.deallocate()
      start = end
    }
  }

  /// The body canonicalizers process blocks of 64 bytes and buffer 16 KiB, so chunks have sizes near these, or are
  /// tiny.
  private static func size(style: UInt8, _ source: inout SplitMix) -> Int {
    switch style {
    case 0: 1 << 20
    case 1: 1
    case 2: source.below(4)
    case 3: source.below(100)
    case 4: 62 + source.below(5)
    case 5: 78 + source.below(5)
    case 6: 1 + source.below(1000)
    default: source.below(4) == 0 ? source.below(20_000) : source.below(70)
    }
  }
}
