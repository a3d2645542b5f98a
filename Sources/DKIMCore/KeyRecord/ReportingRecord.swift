/// The TXT record at `_report._domainkey.DOMAIN`: which failures the domain wants reports about, and where they go.
///
/// The specification became RFC 6651. // RFC 6651 §3.2
package struct ReportingRecord: Sendable, Hashable {
  /// A kind of failure, with its token in `rr=`. // RFC 6651 §5.1
  package enum Condition: String, Sendable, Hashable, CaseIterable {
    /// The key could not be retrieved.
    case nameService = "d"
    case other = "o"
    /// The signature is valid, and a rule of this host does not accept it.
    case policy = "p"
    case syntax = "s"
    /// The signature has unknown tags.
    case unknownTags = "u"
    /// The signature or the body hash does not verify.
    case verification = "v"
    case expired = "x"
  }

  /// The maximum length of a record, in bytes.
  static let maximumLength = 2048

  /// `ra=`: the local part of the address for reports; `nil` if there is none, or none that is safe to use.
  package let localPart: String?
  /// `rp=`: the percentage of failures to report.
  package let percentage: Int
  /// `rr=`: the failures to report.
  package let conditions: Set<Condition>

  /// Parses a record. Returns `nil` if its syntax is invalid; then no report is sent. // RFC 6651 §3.3
  /// - Parameter usesOldNames: reads the failures from `ro=`, the name in OpenDKIM, and ignores `rr=`. By default, `ro=`
  ///   is read only if there is no `rr=`.
  package init?(_ bytes: [UInt8], usesOldNames: Bool = false) {
    guard bytes.count <= Self.maximumLength, let tags = try? TagList(bytes.span) else { return nil }
    let value = { (name: StaticString) in tags.tag(name, in: bytes.span).map { bytes[$0.value] } }
    localPart = value("ra").flatMap(Self.localPart)
    guard let percentage = Self.percentage(value("rp")) else { return nil }
    self.percentage = percentage
    let wanted = usesOldNames ? value("ro") : value("rr") ?? value("ro")
    conditions = wanted.map(Self.conditions) ?? Set(Condition.allCases)
  }

  /// Returns the query for the record of a signing domain; `nil` if the name is too long.
  package static func query(for domain: DomainName) -> KeyQuery? {
    guard let selector = try? Selector("_report") else { return nil }
    return KeyQuery(domain: domain, selector: selector)
  }

  /// Decodes the local part, and drops `@` and what follows, as OpenDKIM does. Characters that an MTA could interpret as
  /// a program, a file or a route are not accepted.
  private static func localPart(_ value: ArraySlice<UInt8>) -> String? {
    let (decoded, badAt) = QuotedPrintable.decode(Array(value).span)
    let bytes = decoded.prefix { $0 != UInt8(ascii: "@") }
    guard badAt == nil, (1...64).contains(bytes.count), let first = bytes.first, ASCII.isAlphanumeric(first),
      bytes.allSatisfy({ ASCII.isAlphanumeric($0) || "._+=-".utf8.contains($0) }), bytes.last != UInt8(ascii: "."),
      !zip(bytes, bytes.dropFirst()).contains(where: { $0 == UInt8(ascii: ".") && $1 == $0 })
    else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// `1*3DIGIT`, from 0 to 100; 100 if the tag is absent.
  private static func percentage(_ value: ArraySlice<UInt8>?) -> Int? {
    guard let value else { return 100 }
    guard (1...3).contains(value.count), value.allSatisfy({ $0 &- 48 < 10 }) else { return nil }
    let number = value.reduce(0) { $0 * 10 + Int($1 - 48) }
    return number <= 100 ? number : nil
  }

  /// Unknown tokens are ignored. // RFC 6651 §5
  private static func conditions(_ value: ArraySlice<UInt8>) -> Set<Condition> {
    let words = value.split(separator: UInt8(ascii: ":")).map {
      String(decoding: $0.filter { !ASCII.isFWS($0) }, as: UTF8.self)
    }
    return words.contains("all") ? Set(Condition.allCases) : Set(words.compactMap { Condition(rawValue: $0) })
  }
}
