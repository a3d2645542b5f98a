extension ResultsScanner {
  /// value = token / quoted-string // RFC 2045 §5.1
  mutating func value(
    _ element: Failure.Element = .value, unquoted: Bool = false
  ) throws(AuthenticationResultsError) -> String {
    if next == ResultsByte.quote { return try quotedString() }
    let start = offset
    let token = run(while: unquoted ? Self.isUnquoted : ResultsByte.isToken)
    guard !token.isEmpty else { throw expected(element) }
    return try string(token, from: start)
  }

  /// pvalue = [CFWS] ( value / [ [ local-part ] "@" ] domain-name ) [CFWS] // RFC 8601 §2.2
  ///
  /// - Parameter unquoted: accept a value that lacks the required quotes.
  mutating func propertyValue(unquoted: Bool) throws(AuthenticationResultsError) -> String {
    try skipCFWS()
    if unquoted, atEnd || next == ResultsByte.semicolon { return "" }
    let start = place
    do {
      let text = try strictPropertyValue()
      try skipCFWS()
      guard unquoted, !followsGap, !atEnd, next != ResultsByte.semicolon else { return text }
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
    if next == ResultsByte.at { return try domainAfterAt() }
    let start = offset
    if next == ResultsByte.quote {
      let text = try quotedString()
      try skipCFWS()
      return next == ResultsByte.at ? try QuotedText.localPart(text) + domainAfterAt() : text
    }
    let bytes = run { ResultsByte.isAtext($0) || $0 == ResultsByte.dot }
    guard !bytes.isEmpty else { throw expected(.value) }
    try skipCFWS()
    let text = try string(bytes, from: start)
    if next == ResultsByte.at {
      guard ResultsByte.isDotAtom(bytes.span) else { throw Failure(offset: start, problem: .unquotedValue) }
      return try text + domainAfterAt()
    }
    if bytes.allSatisfy(ResultsByte.isToken) { return text }
    // A domain name of U-labels. // RFC 8616 §4
    guard (try? DomainName(bytes.span)) != nil else { throw Failure(offset: start, problem: .unquotedValue) }
    return text
  }

  /// "@" domain-name
  private mutating func domainAfterAt() throws(AuthenticationResultsError) -> String {
    _ = skip(ResultsByte.at)
    let start = offset
    let bytes = run { ResultsByte.isAtext($0) || $0 == ResultsByte.dot }
    do {
      return "@" + (try DomainName(bytes.span)).text
    } catch {
      throw Failure(offset: start, problem: .badDomain(error))
    }
  }

  /// Characters that a value with missing quotes can contain without making its end ambiguous.
  private static func isUnquoted(_ byte: UInt8) -> Bool {
    switch byte {
    case ResultsByte.semicolon, ResultsByte.open, ResultsByte.close, ResultsByte.quote, ResultsByte.backslash:
      false
    default: ResultsByte.isVisible(byte)
    }
  }
}
