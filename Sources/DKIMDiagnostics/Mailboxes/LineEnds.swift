/// Detection and conversion of the line endings of a message file.
///
/// A file that contains no CRLF is a Unix text file: its LFs are read as CRLF. Any other file is used byte for byte.
package enum LineEnds {
  private static let cr = UInt8(ascii: "\r")
  private static let lf = UInt8(ascii: "\n")

  /// Whether there is a CRLF.
  package static func hasCRLF(_ bytes: Span<UInt8>) -> Bool {
    for i in bytes.indices.dropFirst() where bytes[i] == lf && bytes[i - 1] == cr { return true }
    return false
  }

  /// Returns the message as it is sent, with CRLF line endings.
  package static func wire(_ file: [UInt8]) -> [UInt8] {
    hasCRLF(file.span) ? file : withCRLF(file[...])
  }

  /// Returns the text with CRLF in place of every LF that does not follow a CR.
  package static func withCRLF(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count + bytes.count / 16)
    var start = bytes.startIndex
    while let end = bytes[start...].firstIndex(of: lf) {
      result += bytes[start..<end]
      if result.last != cr || end == start { result.append(cr) }
      result.append(lf)
      start = end + 1
    }
    result += bytes[start...]
    return result
  }

  /// Returns the text with LF in place of every CRLF.
  package static func withLF(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    for byte in bytes {
      if byte == lf, result.last == cr { result.removeLast() }
      result.append(byte)
    }
    return result
  }

  /// Features of a message that other hosts may change. // RFC 5322 §2.3, RFC 5321 §2.3.8
  package struct Oddities: Hashable {
    package var bareCR = 0
    package var bareLF = 0
    /// The length of the longest line in bytes, without its line ending. RFC 5322 §2.1.1 allows 998.
    package var longestLine = 0

    /// - Parameter message: the message with CRLF line endings.
    package init(_ message: [UInt8]) {
      var previous: UInt8 = 0
      var length = 0
      for byte in message {
        if byte == lf {
          longestLine = max(longestLine, previous == cr ? length - 1 : length)
          length = 0
        } else {
          length += 1
        }
        if previous == cr, byte != lf { bareCR += 1 }
        if byte == lf, previous != cr { bareLF += 1 }
        previous = byte
      }
      if previous == cr { bareCR += 1 }
      longestLine = max(longestLine, length)
    }
  }
}
