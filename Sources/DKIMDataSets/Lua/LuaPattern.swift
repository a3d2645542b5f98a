#if Lua
  internal import CLua
  internal import DKIMCore

  /// A matcher for Lua patterns (reference manual, 6.4.1).
  ///
  /// Every comparison counts as an instruction of the script, because a pattern with several repetitions may take
  /// exponential time.
  struct LuaPattern {
    /// The error of a search.
    enum Fault: Error {
      case endsWithEscape, openSet, badBalance, badFrontier, badCapture, openCapture, manyCaptures, tooDeep, stopped
    }

    struct Capture {
      var start: Int
      var kind: Kind

      enum Kind: Equatable {
        case open
        case position
        case text(length: Int)
      }
    }

    private let text: LuaBytes
    private let pattern: LuaBytes
    /// Spends instructions from the remaining budget; returns false if the script has to stop.
    private let spend: (Int) -> Bool
    private(set) var captures: [Capture] = []
    private var depth = 0
    private var steps = 0

    private static let deepest = 200
    private static let mostCaptures = 32
    private static let stride = 1024

    init(_ pattern: LuaBytes, in text: LuaBytes, spend: @escaping (Int) -> Bool) {
      self.pattern = pattern
      self.text = text
      self.spend = spend
    }

    /// Returns the range of the first match at or after `start`; an anchored match must begin at `start`.
    mutating func search(from start: Int, isAnchored: Bool) throws(Fault) -> Range<Int>? {
      var position = start
      while position <= text.count {
        captures.removeAll(keepingCapacity: true)
        if let end = try match(position, 0) {
          guard !captures.contains(where: { $0.kind == .open }) else { throw .openCapture }
          return try finished(position..<end)
        }
        if isAnchored { break }
        position += 1
      }
      return try finished(nil)
    }

    private mutating func finished(_ range: Range<Int>?) throws(Fault) -> Range<Int>? {
      guard spend(steps + 1) else { throw .stopped }
      steps = 0
      return range
    }

    /// Counts work that takes about as long as `count` comparisons.
    private mutating func step(_ count: Int = 1) throws(Fault) {
      steps += count
      guard steps >= Self.stride else { return }
      guard spend(steps) else { throw .stopped }
      steps = 0
    }

    // MARK: Matching

    /// Matches the pattern from `index` at `start`; returns the end of the match.
    private mutating func match(_ start: Int, _ index: Int) throws(Fault) -> Int? {
      depth += 1
      defer { depth -= 1 }
      guard depth <= Self.deepest else { throw .tooDeep }
      try step()
      var position = start
      var index = index
      while index < pattern.count {
        switch pattern[index] {
        case UInt8(ascii: "("):
          return pattern[index + 1] == UInt8(ascii: ")")
            ? try open(.position, position, index + 2) : try open(.open, position, index + 1)
        case UInt8(ascii: ")"):
          return try close(position, index + 1)
        case UInt8(ascii: "$") where index + 1 == pattern.count:
          return position == text.count ? position : nil
        case UInt8(ascii: "%") where Self.isSpecial(pattern[index + 1]):
          guard let next = try special(position, index) else { return nil }
          (position, index) = next
          continue
        default: break
        }
        let end = try classEnd(index)
        try step((end - index) / 4)
        switch pattern[end] {
        case UInt8(ascii: "?"):
          if try single(position, index, end), let found = try match(position + 1, end + 1) { return found }
          index = end + 1
        case UInt8(ascii: "+"): return try single(position, index, end) ? try longest(position + 1, index, end) : nil
        case UInt8(ascii: "*"): return try longest(position, index, end)
        case UInt8(ascii: "-"): return try shortest(position, index, end)
        default:
          guard try single(position, index, end) else { return nil }
          position += 1
          index = end
        }
      }
      return position
    }

    private mutating func longest(_ start: Int, _ index: Int, _ end: Int) throws(Fault) -> Int? {
      var position = start
      while try single(position, index, end) { position += 1 }
      while position >= start {
        if let found = try match(position, end + 1) { return found }
        position -= 1
      }
      return nil
    }

    private mutating func shortest(_ start: Int, _ index: Int, _ end: Int) throws(Fault) -> Int? {
      var position = start
      while true {
        if let found = try match(position, end + 1) { return found }
        guard try single(position, index, end) else { return nil }
        position += 1
      }
    }

    // MARK: Captures

    private mutating func open(_ kind: Capture.Kind, _ position: Int, _ index: Int) throws(Fault) -> Int? {
      guard captures.count < Self.mostCaptures else { throw .manyCaptures }
      captures.append(Capture(start: position, kind: kind))
      if let found = try match(position, index) { return found }
      captures.removeLast()
      return nil
    }

    private mutating func close(_ position: Int, _ index: Int) throws(Fault) -> Int? {
      guard let last = captures.lastIndex(where: { $0.kind == .open }) else { throw .badCapture }
      captures[last].kind = .text(length: position - captures[last].start)
      if let found = try match(position, index) { return found }
      captures[last].kind = .open
      return nil
    }

    /// `%b`, `%f` and `%1` to `%9`.
    private static func isSpecial(_ byte: UInt8) -> Bool {
      byte == UInt8(ascii: "b") || byte == UInt8(ascii: "f") || ASCII.isDigit(byte)
    }

    private mutating func special(_ position: Int, _ index: Int) throws(Fault) -> (position: Int, index: Int)? {
      try step()
      switch pattern[index + 1] {
      case UInt8(ascii: "b"): return try balanced(position, index + 2).map { ($0, index + 4) }
      case UInt8(ascii: "f"):
        guard pattern[index + 2] == UInt8(ascii: "[") else { throw .badFrontier }
        let end = try classEnd(index + 2)
        let set = LuaPatternSet(pattern, index + 2, end)
        let before = position == 0 ? 0 : text[position - 1]
        return !set.contains(before) && set.contains(text[position]) ? (position, end) : nil
      case let digit:
        let number = Int(digit) - Int(UInt8(ascii: "1"))
        guard captures.indices.contains(number), captures[number].kind != .open else { throw .badCapture }
        guard case .text(let length) = captures[number].kind else { return nil }
        return try repeats(captures[number].start, length, at: position) ? (position + length, index + 2) : nil
      }
    }

    private mutating func repeats(_ start: Int, _ length: Int, at position: Int) throws(Fault) -> Bool {
      guard text.count - position >= length else { return false }
      for offset in 0..<length {
        try step()
        guard text[start + offset] == text[position + offset] else { return false }
      }
      return true
    }

    /// Returns the end of a balanced text that begins with one byte and ends with another (`%b`).
    private mutating func balanced(_ start: Int, _ index: Int) throws(Fault) -> Int? {
      guard index + 1 < pattern.count else { throw .badBalance }
      guard start < text.count, text[start] == pattern[index] else { return nil }
      var level = 1
      for position in start + 1..<max(text.count, start + 1) {
        try step()
        if text[position] == pattern[index + 1] {
          level -= 1
          if level == 0 { return position + 1 }
        } else if text[position] == pattern[index] {
          level += 1
        }
      }
      return nil
    }

    // MARK: Single bytes

    /// Returns the index after the character class that begins at `index`.
    private func classEnd(_ index: Int) throws(Fault) -> Int {
      if pattern[index] == UInt8(ascii: "%") {
        guard index + 1 < pattern.count else { throw .endsWithEscape }
        return index + 2
      }
      guard pattern[index] == UInt8(ascii: "[") else { return index + 1 }
      var next = index + 1
      if pattern[next] == UInt8(ascii: "^") { next += 1 }
      repeat {
        guard next < pattern.count else { throw .openSet }
        next += pattern[next] == UInt8(ascii: "%") ? 2 : 1
      } while next >= pattern.count || pattern[next] != UInt8(ascii: "]")
      return next + 1
    }

    /// Whether the byte at `place` belongs to the class.
    /// Whether the set in the brackets contains the byte. A set may be as long as the text of a message.
    private mutating func contains(_ byte: UInt8, in set: Range<Int>) throws(Fault) -> Bool {
      try step(set.count / 4)
      return LuaPatternSet(pattern, set.lowerBound, set.upperBound).contains(byte)
    }

    private mutating func single(_ position: Int, _ index: Int, _ end: Int) throws(Fault) -> Bool {
      try step()
      guard position < text.count else { return false }
      let byte = text[position]
      return switch pattern[index] {
      case UInt8(ascii: "."): true
      case UInt8(ascii: "%"): LuaPatternSet.isInClass(byte, of: pattern[index + 1])
      case UInt8(ascii: "["): try contains(byte, in: index..<end)
      case let wanted: wanted == byte
      }
    }
  }
#endif
