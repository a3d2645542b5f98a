/// Makes long inputs from short ones, so that superlinear running time is found as a timeout.
enum Stretch {
  private static let length = 65_536

  /// - Parameter style: The part that is repeated: 0 is the whole input, 1 its end, 2 and 3 a part in the middle that
  ///   depends on the input.
  static func inputs(from input: [UInt8], style: Int) -> [[UInt8]] {
    guard !input.isEmpty else { return [] }
    guard style > 1 else {
      let from = style == 0 ? 0 : input.count * 3 / 4
      return [repeated(input, from..<input.count)]
    }
    var source = SplitMix(seed: UInt64(input.count) &* 257 &+ UInt64(style))
    return (0..<2).map { _ in
      let start = source.below(input.count)
      let width = 1 + source.below(min(1 << (3 * style - 4), input.count - start))
      return repeated(input, start..<start + width)
    }
  }

  private static func repeated(_ input: [UInt8], _ piece: Range<Int>) -> [UInt8] {
    let tail = input[piece.upperBound...]
    var output = Array(input[..<piece.lowerBound])
    output.reserveCapacity(length + input.count)
    repeat { output += input[piece] } while output.count + piece.count + tail.count <= length
    return output + tail
  }
}
