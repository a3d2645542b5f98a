#if Lua
  internal import DKIMCore

  /// Bytes borrowed from the caller while a function runs. Reads beyond the end return zero.
  @safe struct LuaBytes {
    private let bytes: UnsafeBufferPointer<UInt8>
    let count: Int

    /// - Safety: the memory must stay valid while this value is in use.
    @unsafe init(_ start: UnsafePointer<UInt8>?, _ count: Int) {
      unsafe bytes = UnsafeBufferPointer(start: start, count: start == nil ? 0 : count)
      self.count = unsafe bytes.count
    }

    subscript(index: Int) -> UInt8 { index >= 0 && index < count ? unsafe bytes[index] : 0 }
  }

  /// A set of bytes in a Lua pattern: `[a-z%d_]`, `[^%s]`.
  struct LuaPatternSet {
    private let pattern: LuaBytes
    /// The range between the brackets.
    private let range: Range<Int>
    private let isNegated: Bool

    /// Creates the set from the index of its first bracket and the index after its last one.
    init(_ pattern: LuaBytes, _ index: Int, _ end: Int) {
      self.pattern = pattern
      isNegated = pattern[index + 1] == UInt8(ascii: "^")
      let start = index + (isNegated ? 2 : 1)
      range = start..<max(start, end - 1)
    }

    /// Reads the members at each call: a class such as `%d`, a range such as `a-z`, or a single byte.
    func contains(_ byte: UInt8) -> Bool {
      var index = range.lowerBound
      while index < range.upperBound {
        if pattern[index] == UInt8(ascii: "%") {
          if Self.isInClass(byte, of: pattern[index + 1]) { return !isNegated }
          index += 2
        } else if pattern[index + 1] == UInt8(ascii: "-"), index + 2 < range.upperBound {
          if pattern[index] <= byte, byte <= pattern[index + 2] { return !isNegated }
          index += 3
        } else {
          if pattern[index] == byte { return !isNegated }
          index += 1
        }
      }
      return isNegated
    }

    /// Whether a byte belongs to the class with the given letter: `d` is digits, `D` everything else. Only ASCII
    /// letters count as letters. A letter that names no class stands for itself.
    static func isInClass(_ byte: UInt8, of letter: UInt8) -> Bool {
      let isUpper = UInt8(ascii: "A")...UInt8(ascii: "Z") ~= letter
      let known: Bool? =
        switch isUpper ? letter + 32 : letter {
        case UInt8(ascii: "a"): ASCII.isLetter(byte)
        case UInt8(ascii: "c"): byte < 32 || byte == 127
        case UInt8(ascii: "d"): ASCII.isDigit(byte)
        case UInt8(ascii: "g"): byte.isVisible
        case UInt8(ascii: "l"): UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte
        case UInt8(ascii: "p"): byte.isVisible && !ASCII.isAlphanumeric(byte)
        case UInt8(ascii: "s"): byte == 32 || 9...13 ~= byte
        case UInt8(ascii: "u"): UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
        case UInt8(ascii: "w"): ASCII.isAlphanumeric(byte)
        case UInt8(ascii: "x"): ASCII.hexValue(byte) != nil
        case UInt8(ascii: "z"): byte == 0
        default: nil
        }
      return known.map { $0 != isUpper } ?? (letter == byte)
    }
  }

  extension UInt8 {
    fileprivate var isVisible: Bool { 33...126 ~= self }
  }
#endif
