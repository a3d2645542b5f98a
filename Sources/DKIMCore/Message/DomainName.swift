/// A domain name as used in `d=`, `i=` and `s=`: letters, digits, hyphens and underscores in labels of 1 to 63 bytes,
/// or U-labels in UTF-8; no trailing dot; at most 253 bytes as A-labels.
///
/// Underscores are not part of the grammar but are common in practice, so they are accepted.
/// // RFC 6376 §3.5 ("domain-name"), RFC 8616 §4
public struct DomainName: Sendable {
  /// The maximum length of a DNS name in bytes, without the trailing dot.
  public static let maximumLength = 253

  /// The name as it was written.
  public let text: String
  /// The name in lower case, with U-labels converted to A-labels, for comparisons and lookups.
  public let asciiForm: String

  /// Parses a domain name.
  /// - Throws: ``DomainNameError`` with the location of the error.
  public init(_ bytes: Span<UInt8>) throws(DomainNameError) {
    (text, asciiForm) = try DomainLabels.parse(bytes)
  }

  /// Parses a domain name.
  /// - Throws: ``DomainNameError`` with the location of the error.
  public init(_ text: String) throws(DomainNameError) {
    let bytes = Array(text.utf8)
    try self.init(bytes.span)
  }

  /// The name as it was written if that is ASCII, otherwise with A-labels.
  var asciiText: String { text.utf8.allSatisfy { $0 < 0x80 } ? text : asciiForm }

  /// The name with ASCII letters in lower case, as OpenDKIM writes a `d=` taken from a message.
  package var lowercased: DomainName {
    guard text.utf8.contains(where: { $0 &- 65 < 26 }) else { return self }
    let bytes = text.utf8.map(ASCII.lowercased)
    return (try? DomainName(bytes.span)) ?? self
  }

  /// The number of labels in the name.
  public var labelCount: Int {
    asciiForm.utf8.reduce(1) { $1 == UInt8(ascii: ".") ? $0 + 1 : $0 }
  }

  /// Returns true if the name is `other` or a subdomain of it, ignoring letter case.
  public func isEqualToOrSubdomain(of other: DomainName) -> Bool {
    let mine = asciiForm.utf8
    let theirs = other.asciiForm.utf8
    guard mine.count > theirs.count else { return asciiForm == other.asciiForm }
    return asciiForm.hasSuffix(other.asciiForm) && mine.dropLast(theirs.count).last == UInt8(ascii: ".")
  }
}

extension DomainName: Hashable, CustomStringConvertible {
  /// Compares names as DNS does: letter case and the spelling of U-labels are ignored.
  public static func == (a: DomainName, b: DomainName) -> Bool { a.asciiForm == b.asciiForm }
  public func hash(into hasher: inout Hasher) { hasher.combine(asciiForm) }
  public var description: String { text }
}

/// The `s=` tag: one or more labels below `_domainkey`. // RFC 6376 §3.1
public struct Selector: Sendable {
  /// The selector as it was written.
  public let text: String
  /// The selector in lower case, with U-labels converted to A-labels.
  public let asciiForm: String

  /// Parses a selector.
  /// - Throws: ``DomainNameError`` with the location of the error.
  public init(_ bytes: Span<UInt8>) throws(DomainNameError) {
    (text, asciiForm) = try DomainLabels.parse(bytes)
  }

  /// Parses a selector.
  /// - Throws: ``DomainNameError`` with the location of the error.
  public init(_ text: String) throws(DomainNameError) {
    let bytes = Array(text.utf8)
    try self.init(bytes.span)
  }
}

extension Selector {
  /// Creates a selector from labels that are known to be ASCII.
  init(known labels: String) {
    text = labels
    asciiForm = labels.lowercased()
  }

  /// The selector as it was written if that is ASCII, otherwise with A-labels.
  var asciiText: String { text.utf8.allSatisfy { $0 < 0x80 } ? text : asciiForm }
}

extension Selector: Hashable, CustomStringConvertible {
  public static func == (a: Selector, b: Selector) -> Bool { a.asciiForm == b.asciiForm }
  public func hash(into hasher: inout Hasher) { hasher.combine(asciiForm) }
  public var description: String { text }
}

/// The reason why text is not a domain name.
public enum DomainNameError: Error, Sendable, Hashable {
  /// The text is empty.
  case empty
  /// Two dots in a row, or a dot at an end; `offset` counts bytes from 0.
  case emptyLabel(offset: Int)
  /// A byte that is not allowed in a name; `offset` counts bytes from 0.
  case unexpected(byte: UInt8, offset: Int)
  /// A label that begins or ends with a hyphen.
  case hyphenAtEnd(label: String)
  /// A label longer than 63 bytes as an A-label.
  case labelTooLong(label: String)
  /// A name longer than 253 bytes as A-labels.
  case tooLong(length: Int)
  /// Bytes that are not UTF-8.
  case notUTF8
  /// A U-label with a character that is not allowed in internationalized names.
  case badULabel(label: String)
  /// A U-label that is not in normalization form C, for example a letter and a combining accent for which a single
  /// character exists. // RFC 5891 §5.3
  case notNormalized(label: String)
}

extension DomainNameError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .empty: "is empty"
    case .emptyLabel(let offset): "has an empty label at byte \(offset + 1)"
    case .unexpected(let byte, let offset):
      "has \(PrintableText.byte(byte)) at byte \(offset + 1), which is not allowed in a domain name"
    case .hyphenAtEnd(let label): "has the label \"\(PrintableText.line(label))\", which begins or ends with a hyphen"
    case .labelTooLong(let label): "has the label \"\(label)\", which is longer than 63 bytes"
    case .tooLong(let length): "is \(length) bytes long; the limit is 253"
    case .notUTF8: "is not valid UTF-8"
    case .badULabel(let label): "has the label \"\(PrintableText.line(label))\", which is not a valid IDN label"
    case .notNormalized(let label):
      "has the label \"\(PrintableText.line(label))\", which is not in Unicode normalization form C"
    }
  }
}
