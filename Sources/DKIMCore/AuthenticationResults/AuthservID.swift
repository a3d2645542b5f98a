extension AuthenticationResults {
  /// True where the field is by the service of that name, in any spelling; see ``normalizedAuthservID(_:)``.
  public func matches(_ id: String) -> Bool {
    let mine = Self.normalizedAuthservID(authservID)
    return !mine.isEmpty && mine == Self.normalizedAuthservID(id)
  }

  /// The authserv-id in the form that is compared: lower case, without a job behind a slash, without spaces around,
  /// control characters and a dot at the end, and where it is a domain name with A-labels for U-labels.
  public static func normalizedAuthservID(_ text: String) -> String {
    // Nearly every name is printable ASCII with nothing to take off.
    if text.utf8.allSatisfy({ 0x20 < $0 && $0 < 0x7F && $0 != UInt8(ascii: "/") }), text.utf8.last != UInt8(ascii: ".")
    {
      return (try? DomainName(text))?.aLabel ?? text.lowercased()
    }
    // By scalars: a combining mark behind a slash, dot or space must not hide it.
    let visible = text.unicodeScalars.prefix { $0 != "/" }.filter { $0.value >= 0x20 && $0.value != 0x7F }
    var scalars = visible.drop { $0 == " " }
    while let last = scalars.last, last == "." || last == " " { scalars.removeLast() }
    let name = String(String.UnicodeScalarView(scalars))
    return (try? DomainName(name))?.aLabel ?? name.lowercased()
  }

  /// The authserv-id that a field claims, normalised, for removing those that claim one's own. // RFC 8601 §5
  ///
  /// Whoever forges a field wants it found by a reader and not by its remover. So this looks more generously than
  /// the grammar: only the beginning of the field needs to make sense, comments may be nested without limit,
  /// white space and comments may stand around dots, quoted and bare pieces may be joined, control characters
  /// do not count. Time is linear, memory is that of the name.
  ///
  /// - Parameter value: the octets after the colon.
  /// - Returns: `nil` where the field names no service, also where it begins with `method=`.
  public static func claimedAuthservID(of value: Span<UInt8>) -> String? {
    var claim = AuthservIDClaim()
    var at = 0
    while at < value.count, claim.take(value[at]) { at += 1 }
    claim.dropVersion()
    let name = normalizedAuthservID(Octets.lossyString(claim.name.span))
    let isMethod = claim.endsAtEquals && AuthenticationKeyword(name) != nil
    return name.isEmpty || isMethod ? nil : name
  }
}

/// Collects the authserv-id octet by octet.
private struct AuthservIDClaim {
  private(set) var name: [UInt8] = []
  /// An equals sign ended the name.
  private(set) var endsAtEquals = false
  /// Where the last piece behind a gap begins.
  private var joint: Int?
  private var commentDepth = 0
  private var inQuotes = false
  private var afterBackslash = false
  /// White space or a comment stands between the name and here.
  private var inGap = false

  /// - Returns: false where the name is complete.
  mutating func take(_ octet: UInt8) -> Bool {
    if afterBackslash {
      afterBackslash = false
      return commentDepth > 0 || append(octet)
    }
    if octet == ResultsOctet.backslash {
      afterBackslash = true
      return true
    }
    if commentDepth > 0 {
      commentDepth += octet == ResultsOctet.open ? 1 : octet == ResultsOctet.close ? -1 : 0
      return true
    }
    if octet == ResultsOctet.quote {
      // A quoted string behind white space is no part of the name, unless a dot joins them.
      if !inQuotes, isComplete { return false }
      inQuotes.toggle()
      return true
    }
    return inQuotes ? append(octet) : takeOutside(octet)
  }

  private var isComplete: Bool { inGap && !name.isEmpty && name.last != ResultsOctet.dot }

  private mutating func takeOutside(_ octet: UInt8) -> Bool {
    switch octet {
    case ResultsOctet.open:
      commentDepth = 1
      inGap = true
      return true
    case Octets.space, Octets.tab, Octets.cr, Octets.lf:
      inGap = true
      return true
    case ResultsOctet.equals:
      endsAtEquals = true
      return false
    case ResultsOctet.semicolon, ResultsOctet.slash: return false
    default:
      // Behind a gap stands the version; only a dot continues the name.
      if isComplete, octet != ResultsOctet.dot { return false }
      return append(octet)
    }
  }

  private mutating func append(_ octet: UInt8) -> Bool {
    if ResultsOctet.isVisible(octet) || (inQuotes && octet == Octets.space) {
      if inGap, !name.isEmpty { joint = name.count }
      inGap = false
      name.append(octet)
    }
    return true
  }

  /// Behind a dot at the end of the name the version was taken for a label; no top-level domain is a number.
  mutating func dropVersion() {
    guard let joint, name[joint...].allSatisfy(ResultsOctet.isDigit) else { return }
    name.removeLast(name.count - joint)
  }
}
