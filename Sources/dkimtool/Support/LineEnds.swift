/// The line ends of a message file.
///
/// A file without a single CRLF is a Unix text file: its LFs stand for CRLF. Any other is taken octet for
/// octet.
enum LineEnds {
  private static let cr = UInt8(ascii: "\r")
  private static let lf = UInt8(ascii: "\n")

  /// True where there is a CRLF.
  static func hasCRLF(_ octets: Span<UInt8>) -> Bool {
    for i in octets.indices.dropFirst() where octets[i] == lf && octets[i - 1] == cr { return true }
    return false
  }

  /// The message as it goes over the wire.
  static func wire(_ file: [UInt8]) -> [UInt8] {
    hasCRLF(file.span) ? file : withCRLF(file[...])
  }

  /// CRLF for every LF that has no CR in front of it.
  static func withCRLF(_ octets: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(octets.count + octets.count / 16)
    var start = octets.startIndex
    while let end = octets[start...].firstIndex(of: lf) {
      result += octets[start..<end]
      if result.last != cr || end == start { result.append(cr) }
      result.append(lf)
      start = end + 1
    }
    result += octets[start...]
    return result
  }

  /// LF for every CRLF.
  static func withLF(_ octets: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(octets.count)
    for octet in octets {
      if octet == lf, result.last == cr { result.removeLast() }
      result.append(octet)
    }
    return result
  }

  /// What other hosts may not leave as it is. // RFC 5322 §2.3, RFC 5321 §2.3.8
  struct Oddities: Hashable {
    var bareCR = 0
    var bareLF = 0
    /// Octets of the longest line, without its line end. RFC 5322 §2.1.1 allows 998.
    var longestLine = 0

    /// - Parameter message: with CRLF line ends.
    init(_ message: [UInt8]) {
      var previous: UInt8 = 0
      var length = 0
      for octet in message {
        if octet == lf {
          longestLine = max(longestLine, previous == cr ? length - 1 : length)
          length = 0
        } else {
          length += 1
        }
        if previous == cr, octet != lf { bareCR += 1 }
        if octet == lf, previous != cr { bareLF += 1 }
        previous = octet
      }
      if previous == cr { bareCR += 1 }
      longestLine = max(longestLine, length)
    }
  }
}
