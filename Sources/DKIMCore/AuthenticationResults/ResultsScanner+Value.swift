extension ResultsScanner {
  /// value = token / quoted-string // RFC 2045 §5.1
  mutating func value(
    _ element: Failure.Element = .value, unquoted: Bool = false
  ) throws(AuthenticationResultsError) -> String {
    if next == ResultsOctet.quote { return try quotedString() }
    let start = offset
    let token = run(while: unquoted ? Self.isUnquoted : ResultsOctet.isToken)
    guard !token.isEmpty else { throw expected(element) }
    return try string(token, from: start)
  }

  /// pvalue = [CFWS] ( value / [ [ local-part ] "@" ] domain-name ) [CFWS] // RFC 8601 §2.2
  ///
  /// - Parameter unquoted: accept a value that lacks the required quotes.
  mutating func propertyValue(unquoted: Bool) throws(AuthenticationResultsError) -> String {
    try skipCFWS()
    if unquoted, atEnd || next == ResultsOctet.semicolon { return "" }
    let start = place
    do {
      let text = try strictPropertyValue()
      try skipCFWS()
      guard unquoted, !followsGap, !atEnd, next != ResultsOctet.semicolon else { return text }
    } catch {
      guard unquoted, start.offset < offset || next.map(Self.isUnquoted) == true else { throw error }
      switch error.problem {
      case .unquotedValue, .badDomain, .expected: break
      default: throw error
      }
    }
    rewind(to: start)
    let text = try value(unquoted: true)
    try skipCFWS()
    return text
  }

  private mutating func strictPropertyValue() throws(AuthenticationResultsError) -> String {
    if next == ResultsOctet.at { return try domainAfterAt() }
    let start = offset
    if next == ResultsOctet.quote {
      let text = try quotedString()
      try skipCFWS()
      return next == ResultsOctet.at ? try QuotedText.localPart(text) + domainAfterAt() : text
    }
    let octets = run { ResultsOctet.isAtext($0) || $0 == ResultsOctet.dot }
    guard !octets.isEmpty else { throw expected(.value) }
    try skipCFWS()
    let text = try string(octets, from: start)
    if next == ResultsOctet.at {
      guard ResultsOctet.isDotAtom(octets.span) else { throw Failure(offset: start, problem: .unquotedValue) }
      return try text + domainAfterAt()
    }
    if octets.allSatisfy(ResultsOctet.isToken) { return text }
    // A domain name of U-labels. // RFC 8616 §4
    guard (try? DomainName(octets.span)) != nil else { throw Failure(offset: start, problem: .unquotedValue) }
    return text
  }

  /// "@" domain-name
  private mutating func domainAfterAt() throws(AuthenticationResultsError) -> String {
    _ = skip(ResultsOctet.at)
    let start = offset
    let octets = run { ResultsOctet.isAtext($0) || $0 == ResultsOctet.dot }
    do {
      return "@" + (try DomainName(octets.span)).text
    } catch {
      throw Failure(offset: start, problem: .badDomain(error))
    }
  }

  /// Characters that a value with missing quotes can contain without making its end ambiguous.
  private static func isUnquoted(_ octet: UInt8) -> Bool {
    switch octet {
    case ResultsOctet.semicolon, ResultsOctet.open, ResultsOctet.close, ResultsOctet.quote, ResultsOctet.backslash:
      false
    default: ResultsOctet.isVisible(octet)
    }
  }
}
