/// A selection of header fields to sign, by name. // RFC 6376 §5.4
///
/// A pattern is a field name in which `*` matches any run of characters, ignoring letter case.
public struct HeaderSelection: Sendable {
  /// Patterns of the names of fields to sign if the message has them.
  public let patterns: [String]
  /// Patterns of the names of fields that are never signed; they override ``patterns``.
  public let excluded: [String]
  private let included: NamePatterns
  private let refused: NamePatterns

  /// Creates a selection of the names that match `patterns` and do not match `excluded`.
  public init(_ patterns: [String], excluding excluded: [String] = []) {
    self.patterns = patterns
    self.excluded = excluded
    included = NamePatterns(patterns)
    refused = NamePatterns(excluded)
  }

  /// The fields that affect what a reader sees or how a reply is addressed. // RFC 6376 §5.4.1
  public static let standard = HeaderSelection([
    "From", "Sender", "Reply-To", "Subject", "Date", "Message-ID", "To", "Cc", "MIME-Version", "Content-Type",
    "Content-Transfer-Encoding", "Content-ID", "Content-Description", "Resent-Date", "Resent-From",
    "Resent-Sender", "Resent-To", "Resent-Cc", "Resent-Message-ID", "In-Reply-To", "References", "List-Id",
    "List-Help", "List-Unsubscribe", "List-Unsubscribe-Post", "List-Subscribe", "List-Post", "List-Owner",
    "List-Archive", "Autocrypt",
  ])

  /// Creates a selection from a list in the format of OpenDKIM's `SignHeaders`: names, or `*` followed by changes to
  /// `base` (`*,+X-Mine,-Subject`). // opendkim.conf(5), SignHeaders
  /// - Throws: ``HeaderSelectionError`` if an element is not a field name, or if a change has neither `+` nor `-`.
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

  /// Returns true if fields with that name are signed.
  public func contains(_ name: HeaderFieldName) -> Bool {
    contains(name.bytes.span, hash: name.hash)
  }

  func contains(_ name: Span<UInt8>, hash: UInt64) -> Bool {
    included.match(name, hash: hash) && !refused.match(name, hash: hash)
  }

  /// Checks a pattern like a field name, in which `*` is an allowed character.
  private static func pattern(_ text: String) throws(HeaderSelectionError) -> String {
    do { _ = try HeaderFieldName(text) } catch { throw .notAName(text) }
    return text
  }
}

/// The reason why a list of header fields is invalid.
public enum HeaderSelectionError: Error, Sendable, Hashable {
  /// An element that is not a field name.
  case notAName(String)
  /// An element after `*` without `+` or `-`.
  case noSign(String)
}

extension HeaderSelectionError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notAName(let text): "\"\(text)\" is not a header field name"
    case .noSign(let text): "\"\(text)\" after \"*\" lacks \"+\" or \"-\": write +\(text) or -\(text)"
    }
  }
}
