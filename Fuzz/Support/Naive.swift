import DKIMCore

/// A second implementation of the library's functions that works line by line and byte by byte, without regard to
/// speed.
enum Naive {
  static func isWSP(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  static func isCRLF(_ bytes: [UInt8], _ i: Int) -> Bool {
    i + 1 < bytes.count && bytes[i] == 0x0D && bytes[i + 1] == 0x0A
  }

  /// Replaces each run of WSP by one space, and removes WSP at the end.
  static func reduced(_ line: [UInt8]) -> [UInt8] {
    var output: [UInt8] = []
    for byte in line {
      if !isWSP(byte) {
        output.append(byte)
      } else if output.last != 0x20 {
        output.append(0x20)
      }
    }
    if output.last == 0x20 { output.removeLast() }
    return output
  }

  // RFC 6376 §3.4.3, §3.4.4
  static func body(_ body: [UInt8], _ algorithm: CanonicalizationAlgorithm) -> [UInt8] {
    var lines: [[UInt8]] = [[]]
    var i = 0
    while i < body.count {
      if isCRLF(body, i) {
        lines.append([])
        i += 2
      } else {
        lines[lines.count - 1].append(body[i])
        i += 1
      }
    }
    if algorithm == .relaxed { lines = lines.map(reduced) }
    while let last = lines.last, last.isEmpty { lines.removeLast() }
    if lines.isEmpty { return algorithm == .simple ? [0x0D, 0x0A] : [] }
    return lines.flatMap { $0 + [0x0D, 0x0A] }
  }

  /// Returns the canonical form of one field, both without CRLF; `nil` if it is not a field.
  /// // RFC 6376 §3.4.1, §3.4.2
  static func field(_ field: [UInt8], _ algorithm: CanonicalizationAlgorithm) -> [UInt8]? {
    guard let name = fieldName(field), let colon = field.firstIndex(of: 0x3A) else { return nil }
    if algorithm == .simple { return field }
    return name + [0x3A] + reduced(unfolded(Array(field[(colon + 1)...]))).drop { $0 == 0x20 }
  }

  /// Returns the name of a field in lower case; `nil` if it has none.
  static func fieldName(_ field: [UInt8]) -> [UInt8]? {
    guard let colon = field.firstIndex(of: 0x3A) else { return nil }
    var name = field[..<colon]
    while let last = name.last, isWSP(last) { name.removeLast() }
    guard !name.isEmpty, name.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
    return name.map { (0x41...0x5A).contains($0) ? $0 + 32 : $0 }
  }

  /// Removes each CRLF that is followed by white space.
  static func unfolded(_ bytes: [UInt8]) -> [UInt8] {
    var output: [UInt8] = []
    var i = 0
    while i < bytes.count {
      if isCRLF(bytes, i), i + 2 < bytes.count, isWSP(bytes[i + 2]) {
        i += 2
      } else {
        output.append(bytes[i])
        i += 1
      }
    }
    return output
  }

  /// Returns the fields of a message, and the position where its body begins.
  static func header(_ message: [UInt8]) -> (fields: [Range<Int>], bodyStart: Int) {
    var fields: [Range<Int>] = []
    var start = 0
    while start < message.count {
      if isCRLF(message, start) { return (fields, start + 2) }
      var end = start
      while end < message.count {
        if isCRLF(message, end), !(end + 2 < message.count && isWSP(message[end + 2])) { break }
        end += 1
      }
      fields.append(start..<end)
      start = min(end + 2, message.count)
    }
    return (fields, message.count)
  }
}
