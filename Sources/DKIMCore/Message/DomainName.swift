/// A domain name as `d=`, `i=` and `s=` carry it: letters, digits, hyphens and underscores in labels
/// of 1 to 63 octets, or U-labels in UTF-8; no trailing dot; at most 253 octets as A-labels.
///
/// Underscores are outside the letter of the grammar and common in the field; they are accepted.
/// // RFC 6376 §3.5 ("domain-name"), RFC 8616 §4
public struct DomainName: Sendable {
  /// The longest name DNS can carry, in octets without the trailing dot.
  public static let maximumLength = 253

  /// The name as it was written.
  public let text: String
  /// Lower case, U-labels turned into A-labels: the form to compare and to look up.
  public let aLabel: String

  /// - Throws: ``DomainNameError`` with the place of what does not belong in a name.
  public init(_ octets: Span<UInt8>) throws(DomainNameError) {
    (text, aLabel) = try DomainLabels.parse(octets)
  }

  /// - Throws: ``DomainNameError`` with the place of what does not belong in a name.
  public init(_ text: String) throws(DomainNameError) {
    let octets = Array(text.utf8)
    try self.init(octets.span)
  }

  /// The name as it was written where that is ASCII, else with A-labels.
  var asciiText: String { text.utf8.allSatisfy { $0 < 0x80 } ? text : aLabel }

  /// The name with ASCII letters in lower case, as OpenDKIM writes a `d=` that it takes from a message.
  package var lowercased: DomainName {
    guard text.utf8.contains(where: { $0 &- 65 < 26 }) else { return self }
    let octets = text.utf8.map(Octets.lowercased)
    return (try? DomainName(octets.span)) ?? self
  }

  /// How many labels the name has.
  public var labelCount: Int {
    aLabel.utf8.reduce(1) { $1 == UInt8(ascii: ".") ? $0 + 1 : $0 }
  }

  /// True where the name is `other` or lies below it; letter case does not count.
  public func isWithin(_ other: DomainName) -> Bool {
    let mine = aLabel.utf8
    let theirs = other.aLabel.utf8
    guard mine.count > theirs.count else { return aLabel == other.aLabel }
    return aLabel.hasSuffix(other.aLabel) && mine.dropLast(theirs.count).last == UInt8(ascii: ".")
  }
}

extension DomainName: Hashable, CustomStringConvertible {
  /// Names are equal when DNS says so: letter case and the spelling of U-labels do not count.
  public static func == (a: DomainName, b: DomainName) -> Bool { a.aLabel == b.aLabel }
  public func hash(into hasher: inout Hasher) { hasher.combine(aLabel) }
  public var description: String { text }
}

/// The `s=` tag: one or more labels below `_domainkey`. // RFC 6376 §3.1
public struct Selector: Sendable {
  /// The selector as it was written.
  public let text: String
  /// Lower case, U-labels turned into A-labels.
  public let aLabel: String

  /// - Throws: ``DomainNameError`` with the place of what does not belong in a name.
  public init(_ octets: Span<UInt8>) throws(DomainNameError) {
    (text, aLabel) = try DomainLabels.parse(octets)
  }

  /// - Throws: ``DomainNameError`` with the place of what does not belong in a name.
  public init(_ text: String) throws(DomainNameError) {
    let octets = Array(text.utf8)
    try self.init(octets.span)
  }
}

extension Selector {
  /// The selector as it was written where that is ASCII, else with A-labels.
  var asciiText: String { text.utf8.allSatisfy { $0 < 0x80 } ? text : aLabel }
}

extension Selector: Hashable, CustomStringConvertible {
  public static func == (a: Selector, b: Selector) -> Bool { a.aLabel == b.aLabel }
  public func hash(into hasher: inout Hasher) { hasher.combine(aLabel) }
  public var description: String { text }
}

/// Why something is no domain name.
public enum DomainNameError: Error, Sendable, Hashable {
  case empty
  /// Two dots in a row, or one at an end; `offset` counts octets from 0.
  case emptyLabel(offset: Int)
  /// An octet that no name has; `offset` counts octets from 0.
  case unexpected(octet: UInt8, offset: Int)
  /// A label that begins or ends with a hyphen.
  case hyphenAtEnd(label: String)
  /// A label of more than 63 octets, as an A-label.
  case labelTooLong(label: String)
  /// More than 253 octets, as A-labels.
  case tooLong(length: Int)
  /// Octets that are not UTF-8.
  case notUTF8
  /// A U-label with a character that internationalized names do not have.
  case badULabel(label: String)
  /// A U-label that is not in normalization form C, such as one with a letter and an accent that have a character
  /// of their own. // RFC 5891 §5.3
  case notNormalized(label: String)
}

extension DomainNameError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .empty: "is empty"
    case .emptyLabel(let offset): "has an empty label at octet \(offset + 1)"
    case .unexpected(let octet, let offset):
      "has \(Octets.printable(octet)) at octet \(offset + 1), which no domain name has"
    case .hyphenAtEnd(let label): "has the label \"\(Octets.printable(label))\", which begins or ends with a hyphen"
    case .labelTooLong(let label): "has the label \"\(label)\", which is longer than 63 octets"
    case .tooLong(let length): "is \(length) octets long; 253 is the limit"
    case .notUTF8: "is not UTF-8"
    case .badULabel(let label): "has the label \"\(Octets.printable(label))\", which is no internationalized label"
    case .notNormalized(let label):
      "has the label \"\(Octets.printable(label))\", which is not in Unicode normalization form C"
    }
  }
}
