public import DKIMCore

/// A key record in the forms that are used to publish it in DNS.
public struct ZoneRecord: Sendable, Hashable {
  /// The text of the record.
  public let record: PublishableKeyRecord
  /// The selector in ASCII: as it was given if it is ASCII, otherwise as an A-label.
  public let selector: String
  /// The domain in ASCII: as it was given if it is ASCII, otherwise with A-labels.
  public let domain: String
  /// The comment in the zone file, with the selector and the domain as they were given.
  private let comment: String

  /// Creates the record for a selector of a domain.
  public init(_ record: PublishableKeyRecord, selector: Selector, domain: DomainName) {
    self.record = record
    self.selector = Self.ascii(selector.text, selector.asciiForm)
    self.domain = Self.ascii(domain.text, domain.asciiForm)
    comment = "----- DKIM key \(selector) for \(domain)"
  }

  /// Creates a record for a domain that is written as it was given, even if it is not a valid DNS name.
  package init(_ record: PublishableKeyRecord, selector: Selector, unchecked domain: String) {
    self.record = record
    self.selector = Self.ascii(selector.text, selector.asciiForm)
    self.domain = PrintableText.escaped(domain)
    comment = "----- DKIM key \(selector) for \(self.domain)"
  }

  /// The full name, without the trailing dot.
  public var name: String { "\(selector)._domainkey.\(domain)" }

  /// How a zone file names the record.
  public enum Owner: Sendable, Hashable {
    /// The selector alone, for a zone or an origin `_domainkey.DOMAIN`.
    case selector
    /// With `._domainkey`, for the zone of the domain.
    case relative
    /// The full name with a trailing dot.
    case absolute
  }

  /// Returns the owner name of the record in a zone file.
  public func owner(_ form: Owner) -> String {
    switch form {
    case .selector: selector
    case .relative: selector + "._domainkey"
    case .absolute: name + "."
    }
  }

  /// Returns the record as opendkim-genkey writes it, byte for byte; the owner is relative to the zone, or absolute.
  package func zoneFile(absolute: Bool) -> String { zoneFile(absolute ? .absolute : .relative) }

  /// Returns the record as a zone file has it, followed by a comment, with a line ending.
  ///
  /// - Parameters:
  ///   - form: how the record is named.
  ///   - lifetime: the TTL in seconds; `nil`: the default TTL of the zone.
  public func zoneFile(_ form: Owner, lifetime: Int? = nil) -> String {
    let time = lifetime.map { "\t\($0)" } ?? ""
    return "\(owner(form))\(time)\tIN\tTXT\t( " + Self.zoneStrings(record).joined(separator: "\n\t  ")
      + " )  ; \(comment)\n"
  }

  /// The value alone, on one line, for the web form of a DNS provider.
  package var line: String { record.text + "\n" }

  /// The value in quoted strings of at most 255 bytes, on one line.
  package var split: String { quotedStrings + "\n" }

  /// A JSON object on one line.
  package var json: String {
    var writer = JSONWriter()
    writer.object { json in
      json.name("name")
      json.string(name)
      json.name("type")
      json.string("TXT")
      json.name("value")
      json.string(record.text)
      json.name("strings")
      json.array { array in
        for string in strings { array.string(string) }
      }
    }
    writer.newLine()
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  /// A script for nsupdate(1), which finds the zone and its server by itself.
  package var updateScript: String { addition(lifetime: Self.lifetime) + "send\n" }

  /// Returns the command of nsupdate(1) that adds the record; the TTL is in seconds.
  package func addition(lifetime: Int) -> String { "update add \(name). \(lifetime) IN TXT \(quotedStrings)\n" }

  /// The command of nsupdate(1) that deletes the TXT records at the name.
  package var removal: String { "update delete \(name). IN TXT\n" }

  /// The value in pieces that fit into character-strings, which have at most 255 bytes. // RFC 1035 §3.3
  public var strings: [String] { Self.pieces(record.text, of: 255) }

  private var quotedStrings: String { strings.map(Self.quoted).joined(separator: " ") }

  /// The TTL of the update script, in seconds.
  private static let lifetime = 3600

  /// Returns the tags before p= in a string of their own, then p= with 250 base64 characters in each string.
  private static func zoneStrings(_ record: PublishableKeyRecord) -> [String] {
    // A long note makes the first string too long for DNS. opendkim-genkey writes such a string; here it is split.
    let head = record.head.utf8.count > 255 ? pieces(record.head, of: 250) : [record.head]
    let key = record.publicKeyText
    var chunks = pieces(key, of: 250)
    // If the last chunk is full, opendkim-genkey adds an empty one, which changes nothing.
    if key.utf8.count % 250 == 0 { chunks.append("") }
    chunks[0] = "p=" + chunks[0]
    return (head + chunks).map(quoted)
  }

  /// Splits ASCII text into pieces of at most `size` bytes. There is at least one piece.
  private static func pieces(_ text: String, of size: Int) -> [String] {
    let bytes = Array(text.utf8)
    let starts = bytes.isEmpty ? [0] : Array(stride(from: 0, to: bytes.count, by: size))
    return starts.map { String(decoding: bytes[$0..<min($0 + size, bytes.count)], as: UTF8.self) }
  }

  /// Returns the text in quotes, with quotes and backslashes escaped. // RFC 1035 §5.1
  private static func quoted(_ text: String) -> String {
    "\"" + text.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : "\($0)" }.joined() + "\""
  }

  private static func ascii(_ text: String, _ asciiForm: String) -> String {
    text.utf8.allSatisfy { $0 < 0x80 } ? text : asciiForm
  }
}
