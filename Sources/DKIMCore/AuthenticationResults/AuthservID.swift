extension AuthenticationResults {
  /// Returns true if the field was added by the service with this name; see `normalizedAuthservID` for how names
  /// are compared.
  public func matches(_ id: String) -> Bool {
    let mine = Self.normalizedAuthservID(authservID)
    return !mine.isEmpty && mine == Self.normalizedAuthservID(id)
  }

  /// Returns the authserv-id in the form used for comparison: in lower case, without a slash and job ID, surrounding
  /// spaces, control characters and trailing dots, and with A-labels in place of U-labels if it is a domain name.
  package static func normalizedAuthservID(_ text: String) -> String {
    // Nearly all names are printable ASCII with nothing to remove.
    if text.utf8.allSatisfy({ 0x20 < $0 && $0 < 0x7F && $0 != UInt8(ascii: "/") }), text.utf8.last != UInt8(ascii: ".")
    {
      return (try? DomainName(text))?.asciiForm ?? text.lowercased()
    }
    // Compare Unicode scalars: a combining mark after a slash, dot or space must not hide that character.
    let visible = text.unicodeScalars.prefix { $0 != "/" }.filter { $0.value >= 0x20 && $0.value != 0x7F }
    var scalars = visible.drop { $0 == " " }
    while let last = scalars.last, last == "." || last == " " { scalars.removeLast() }
    let name = String(String.UnicodeScalarView(scalars))
    return (try? DomainName(name))?.asciiForm ?? name.lowercased()
  }

  /// Returns the normalized authserv-id that a field claims, for removing fields that claim the caller's own name.
  /// // RFC 8601 §5
  ///
  /// An attacker who forges a field wants readers, but not the code that removes forgeries, to recognize it. This
  /// function is therefore more lenient than the grammar: only the beginning of the field has to be readable, comments
  /// may be nested without limit, white space and comments are allowed around dots, quoted and unquoted pieces may be
  /// joined, and control characters are ignored. Runs in linear time and only uses memory for the name.
  ///
  /// - Parameter value: the bytes after the colon.
  /// - Returns: `nil` if the field does not name a service, for example if it begins with `method=`.
  package static func claimedAuthservID(of value: Span<UInt8>) -> String? {
    var claim = AuthservIDClaim()
    var at = 0
    while at < value.count, claim.take(value[at]) { at += 1 }
    claim.dropVersion()
    let name = normalizedAuthservID(Bytes.lossyString(claim.name.span))
    let isMethod = claim.endsAtEquals && AuthenticationKeyword(name) != nil
    return name.isEmpty || isMethod ? nil : name
  }
}

/// Collects the authserv-id byte by byte.
private struct AuthservIDClaim {
  private(set) var name: [UInt8] = []
  /// True if an equals sign ended the name.
  private(set) var endsAtEquals = false
  /// The start of the last piece that follows a gap.
  private var joint: Int?
  private var commentDepth = 0
  private var inQuotes = false
  private var afterBackslash = false
  /// True if there is white space or a comment since the end of the name.
  private var inGap = false

  /// - Returns: false if the name is complete.
  mutating func take(_ byte: UInt8) -> Bool {
    if afterBackslash {
      afterBackslash = false
      return commentDepth > 0 || append(byte)
    }
    if byte == ResultsByte.backslash {
      afterBackslash = true
      return true
    }
    if commentDepth > 0 {
      commentDepth += byte == ResultsByte.open ? 1 : byte == ResultsByte.close ? -1 : 0
      return true
    }
    if byte == ResultsByte.quote {
      // A quoted string after white space is not part of the name unless a dot joins them.
      if !inQuotes, isComplete { return false }
      inQuotes.toggle()
      return true
    }
    return inQuotes ? append(byte) : takeOutside(byte)
  }

  private var isComplete: Bool { inGap && !name.isEmpty && name.last != ResultsByte.dot }

  private mutating func takeOutside(_ byte: UInt8) -> Bool {
    switch byte {
    case ResultsByte.open:
      commentDepth = 1
      inGap = true
      return true
    case Bytes.space, Bytes.tab, Bytes.cr, Bytes.lf:
      inGap = true
      return true
    case ResultsByte.equals:
      endsAtEquals = true
      return false
    case ResultsByte.semicolon, ResultsByte.slash: return false
    default:
      // The version follows a gap; only a dot continues the name.
      if isComplete, byte != ResultsByte.dot { return false }
      return append(byte)
    }
  }

  private mutating func append(_ byte: UInt8) -> Bool {
    if ResultsByte.isVisible(byte) || (inQuotes && byte == Bytes.space) {
      if inGap, !name.isEmpty { joint = name.count }
      inGap = false
      name.append(byte)
    }
    return true
  }

  /// Removes a version number that was read as a label because the name before it ended with a dot. No top-level domain
  /// is a number.
  mutating func dropVersion() {
    guard let joint, name[joint...].allSatisfy(ASCII.isDigit) else { return }
    name.removeLast(name.count - joint)
  }
}
