/// A POSIX extended regular expression over bytes. // IEEE Std 1003.1-2017, XBD 9.4
indirect enum Expression: Sendable, Hashable {
  case empty
  case byte(ByteSet)
  case start
  case end
  case sequence([Expression])
  case choice([Expression])
  /// A repetition; `maximum` is `nil` if there is no upper limit.
  case repeated(Expression, minimum: Int, maximum: Int?)
}

/// How letter case is ignored: pattern and text are both converted to upper case, as the C library does it.
struct CaseRule: Sendable, Hashable {
  let isSensitive: Bool

  @inline(__always)
  func folded(_ byte: UInt8) -> UInt8 { !isSensitive && byte &- 97 < 26 ? byte & 0xDF : byte }

  func folded(_ text: some Sequence<UInt8>) -> [UInt8] { text.map { folded($0) } }
}
