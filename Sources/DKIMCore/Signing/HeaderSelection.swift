/// Which header fields get signed, by name. // RFC 6376 §5.4
///
/// A pattern is a field name; `*` in it stands for any run of characters. Letter case does not count.
public struct HeaderSelection: Sendable {
  /// Patterns of names that are signed, where the message has such fields.
  public let patterns: [String]
  /// Patterns of names that are left out, whatever ``patterns`` say.
  public let excluded: [String]
  private let included: NamePatterns
  private let refused: NamePatterns

  public init(_ patterns: [String], excluding excluded: [String] = []) {
    self.patterns = patterns
    self.excluded = excluded
    included = NamePatterns(patterns)
    refused = NamePatterns(excluded)
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
    var patterns = base.patterns
    var excluded = base.excluded
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
    self.init(patterns, excluding: excluded)
  }

  /// True where a field of that name is signed.
  public func contains(_ name: String) -> Bool {
    let name = FieldName(name)
    return contains(name.octets.span, hash: name.hash)
  }

  func contains(_ name: Span<UInt8>, hash: UInt64) -> Bool {
    included.match(name, hash: hash) && !refused.match(name, hash: hash)
  }

  private static func pattern(_ text: String) throws(HeaderSelectionError) -> String {
    guard !text.isEmpty, text.utf8.allSatisfy(FieldName.isNameOctet) else { throw .notAName(text) }
    return text
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
