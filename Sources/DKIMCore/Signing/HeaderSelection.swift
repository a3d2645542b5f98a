/// Which header fields get signed, by name. // RFC 6376 §5.4
///
/// A pattern is a field name; `*` in it stands for any run of characters. Letter case does not count.
public struct HeaderSelection: Sendable, Hashable {
  /// Patterns of names that are signed, where the message has such fields.
  public var patterns: [String]
  /// Patterns of names that are left out, whatever ``patterns`` say.
  public var excluded: [String]

  public init(_ patterns: [String], excluding excluded: [String] = []) {
    self.patterns = patterns
    self.excluded = excluded
  }

  /// The fields whose change would change what a reader sees, or what a reply does. // RFC 6376 §5.4.1
  public static let standard = HeaderSelection([
    "From", "Sender", "Reply-To", "Subject", "Date", "Message-ID", "To", "Cc", "MIME-Version", "Content-Type",
    "Content-Transfer-Encoding", "Content-ID", "Content-Description", "Resent-Date", "Resent-From",
    "Resent-Sender", "Resent-To", "Resent-Cc", "Resent-Message-ID", "In-Reply-To", "References", "List-Id",
    "List-Help", "List-Unsubscribe", "List-Unsubscribe-Post", "List-Subscribe", "List-Post", "List-Owner",
    "List-Archive", "Autocrypt",
  ])

  /// Reads a list as OpenDKIM's `SignHeaders` has it: names, or `*` and changes to `base` behind it
  /// (`*,+X-Mine,-Subject`). // opendkim.conf(5), SignHeaders
  /// - Throws: ``HeaderSelectionError`` where an element is no name.
  public init(list: [String], base: HeaderSelection = .standard) throws(HeaderSelectionError) {
    guard list.first == "*" else {
      self.init(try list.map(Self.pattern))
      return
    }
    self = base
    for change in list.dropFirst() {
      let pattern = try Self.pattern(String(change.dropFirst()))
      switch change.first {
      case "+":
        excluded.removeAll { $0.lowercased() == pattern.lowercased() }
        patterns.append(pattern)
      case "-": excluded.append(pattern)
      default: throw .noSign(change)
      }
    }
  }

  /// True where a field of that name is signed.
  public func contains(_ name: String) -> Bool {
    let name = Array(name.utf8)
    return contains(name.span)
  }

  func contains(_ name: Span<UInt8>) -> Bool {
    patterns.contains { Self.matches($0, name) } && !excluded.contains { Self.matches($0, name) }
  }

  private static func pattern(_ text: String) throws(HeaderSelectionError) -> String {
    guard !text.isEmpty, text.utf8.allSatisfy(FieldName.isNameOctet) else { throw .notAName(text) }
    return text
  }

  /// Greedy matching with one point to go back to: linear for names without `*`.
  private static func matches(_ pattern: String, _ name: Span<UInt8>) -> Bool {
    var pattern = pattern
    return pattern.withUTF8 { pattern in
      var (p, n) = (0, 0)
      var (star, resume) = (-1, 0)
      while n < name.count {
        let wanted = p < pattern.count ? unsafe pattern[p] : 0
        if p < pattern.count, wanted == UInt8(ascii: "*") {
          (star, resume) = (p, n)
          p += 1
        } else if p < pattern.count, Octets.lowercased(wanted) == Octets.lowercased(name[n]) {
          p += 1
          n += 1
        } else if star >= 0 {
          resume += 1
          (p, n) = (star + 1, resume)
        } else {
          return false
        }
      }
      while p < pattern.count, unsafe pattern[p] == UInt8(ascii: "*") { p += 1 }
      return p == pattern.count
    }
  }
}

/// Why a list of header fields cannot be read.
public enum HeaderSelectionError: Error, Sendable, Hashable {
  case notAName(String)
  /// Behind `*` an element without `+` or `-`.
  case noSign(String)
}

extension HeaderSelectionError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notAName(let text): "\"\(text)\" is no name of a header field"
    case .noSign(let text): "\"\(text)\" stands behind \"*\" without \"+\" or \"-\": write +\(text) or -\(text)"
    }
  }
}
