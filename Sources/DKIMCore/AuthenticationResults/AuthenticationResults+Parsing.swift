extension AuthenticationResults {
  /// Parses the value of the field (everything after the colon), folded or unfolded, with or without its final CRLF.
  ///
  /// Runs in time linear in the length of the value.
  ///
  /// - Parameters:
  ///   - value: the bytes after the colon.
  ///   - tolerance: deviations from the grammar to accept; none by default.
  ///   - limits: the maximum sizes and counts.
  /// - Throws: ``AuthenticationResultsError`` with the location and kind of the error.
  public init(
    parsing value: Span<UInt8>, tolerating tolerance: Tolerance = [], limits: Limits = Limits()
  ) throws(AuthenticationResultsError) {
    var parser = ResultsParser(
      scanner: try ResultsScanner(value, bareLineFeeds: tolerance.contains(.bareLineFeeds), limits: limits),
      tolerance: tolerance, limits: limits)
    self = try parser.field()
  }

  /// Parses the value of the field (everything after the colon).
  ///
  /// - Throws: ``AuthenticationResultsError`` with the location and kind of the error.
  public init(
    parsing value: String, tolerating tolerance: Tolerance = [], limits: Limits = Limits()
  ) throws(AuthenticationResultsError) {
    let bytes = Array(value.utf8)
    try self.init(parsing: bytes.span, tolerating: tolerance, limits: limits)
  }
}

/// The grammar of the field. // RFC 8601 §2.2
private struct ResultsParser {
  var scanner: ResultsScanner
  let tolerance: AuthenticationResults.Tolerance
  let limits: AuthenticationResults.Limits
  var propertyCount = 0

  /// authres-payload = [CFWS] authserv-id [ CFWS authres-version ] ( no-result / 1*resinfo ) [CFWS]
  mutating func field() throws(AuthenticationResultsError) -> AuthenticationResults {
    try scanner.skipCFWS()
    var field = AuthenticationResults(authservID: "", results: [])
    if let id = try authservID() {
      field.authservID = id
      field.version = try version()
      guard !scanner.atEnd else { throw scanner.failure(.noResults) }
      guard scanner.skip(ResultsByte.semicolon) else { throw scanner.expected(.semicolon) }
    }
    field.comments = scanner.takeComments()
    try readResults(into: &field)
    return field
  }

  /// authserv-id = value
  ///
  /// - Returns: `nil` if the field has a method in place of the authserv-id and this is tolerated.
  private mutating func authservID() throws(AuthenticationResultsError) -> String? {
    let start = scanner.place
    let bare = scanner.next != ResultsByte.quote
    // The authserv-id of an internationalized message may be UTF-8. // RFC 8601 §2.5
    var text = bare ? try bareAuthservID() : try scanner.quotedString()
    if let id = text, bare, tolerance.contains(.jobID), scanner.next == ResultsByte.slash {
      let jobStart = scanner.offset
      let job = scanner.run { ResultsByte.isToken($0) || $0 == ResultsByte.slash }
      text = id + (try scanner.string(job, from: jobStart))
    }
    try scanner.skipCFWS()
    if text == nil || scanner.next == ResultsByte.equals {
      guard tolerance.contains(.missingAuthservID) else {
        throw AuthenticationResultsError(offset: start.offset, problem: .missingAuthservID)
      }
      scanner.rewind(to: start)
      _ = scanner.skip(ResultsByte.semicolon)
      return nil
    }
    return text
  }

  /// - Returns: `nil` if there is a semicolon in place of the authserv-id.
  private mutating func bareAuthservID() throws(AuthenticationResultsError) -> String? {
    if scanner.next == ResultsByte.semicolon { return nil }
    let start = scanner.offset
    let token = scanner.run { ResultsByte.isToken($0) || $0 >= 0x80 }
    guard !token.isEmpty else { throw scanner.expected(.authservID) }
    return try scanner.string(token, from: start)
  }

  /// [ CFWS authres-version ]; authres-version = 1*DIGIT [CFWS]
  private mutating func version() throws(AuthenticationResultsError) -> UInt32? {
    guard let byte = scanner.next, ASCII.isDigit(byte), scanner.followsGap else { return nil }
    let version = try scanner.number()
    try scanner.skipCFWS()
    return version
  }

  /// no-result / 1*resinfo, starting after the first semicolon
  private mutating func readResults(into field: inout AuthenticationResults) throws(AuthenticationResultsError) {
    repeat {
      try scanner.skipCFWS()
      if scanner.atEnd {
        guard tolerance.contains(.trailingSemicolon) else { throw scanner.failure(.trailingSemicolon) }
        field.comments += scanner.takeComments()
        return
      }
      guard field.results.count < limits.results else {
        throw scanner.failure(.tooManyResults(limit: limits.results))
      }
      let method = try scanner.keyword(.method)
      try scanner.skipCFWS()
      if method == .none, field.results.isEmpty, try readEndOfNone() {
        field.comments += scanner.takeComments()
        return
      }
      field.results.append(try result(of: method))
    } while scanner.skip(ResultsByte.semicolon)
    guard scanner.atEnd else { throw scanner.expected(.end) }
  }

  /// no-result = [CFWS] ";" [CFWS] "none"
  ///
  /// - Returns: false if `none` is the name of a method.
  private mutating func readEndOfNone() throws(AuthenticationResultsError) -> Bool {
    if scanner.atEnd { return true }
    guard scanner.next == ResultsByte.semicolon else { return false }
    guard tolerance.contains(.trailingSemicolon) else { throw scanner.expected(.end) }
    _ = scanner.skip(ResultsByte.semicolon)
    try scanner.skipCFWS()
    guard scanner.atEnd else { throw scanner.expected(.end) }
    return true
  }

  /// resinfo = [CFWS] ";" methodspec [ CFWS reasonspec ] *( CFWS propspec ), starting after the method's name
  private mutating func result(of method: AuthenticationKeyword) throws(AuthenticationResultsError) -> MethodResult {
    let version = try methodVersion()
    try skipEquals()
    try scanner.skipCFWS()
    var result = MethodResult(method: method, result: try scanner.keyword(.result))
    result.methodVersion = version
    while true {
      try scanner.skipCFWS()
      if scanner.atEnd || scanner.next == ResultsByte.semicolon { break }
      guard scanner.followsGap else { throw scanner.expected(.separator) }
      try readReasonOrProperty(into: &result)
    }
    result.comments = scanner.takeComments()
    return result
  }

  /// [ [CFWS] "/" [CFWS] method-version ]; method-version = 1*DIGIT [CFWS]
  private mutating func methodVersion() throws(AuthenticationResultsError) -> UInt32? {
    guard scanner.skip(ResultsByte.slash) else { return nil }
    try scanner.skipCFWS()
    let version = try scanner.number()
    try scanner.skipCFWS()
    return version
  }

  private mutating func skipEquals() throws(AuthenticationResultsError) {
    guard scanner.skip(ResultsByte.equals) else { throw scanner.expected(.equals) }
  }

  /// reasonspec = "reason" [CFWS] "=" [CFWS] value
  /// propspec = ptype [CFWS] "." [CFWS] property [CFWS] "=" pvalue
  private mutating func readReasonOrProperty(into result: inout MethodResult) throws(AuthenticationResultsError) {
    let type = try scanner.keyword(.reasonOrPropertyType)
    try scanner.skipCFWS()
    if scanner.next == ResultsByte.equals {
      return try readReason(named: type, into: &result)
    }
    guard scanner.skip(ResultsByte.dot) else { throw scanner.expected(type == .reason ? .equals : .dot) }
    try countProperty()
    try scanner.skipCFWS()
    let name = try scanner.keyword(.propertyName)
    try scanner.skipCFWS()
    try skipEquals()
    let value = try scanner.propertyValue(unquoted: tolerance.contains(.unquotedValues))
    result.properties.append(MethodResult.Property(type: type, name: name, value: value))
  }

  /// Reads `reason=` where the grammar allows it; other words, and a reason elsewhere, only if that is tolerated.
  private mutating func readReason(
    named word: AuthenticationKeyword, into result: inout MethodResult
  ) throws(AuthenticationResultsError) {
    let inPlace = word == .reason && result.reason == nil && result.properties.isEmpty
    guard inPlace || tolerance.contains(.bareWords) else { throw scanner.expected(.dot) }
    if !inPlace { try countProperty() }
    try skipEquals()
    try scanner.skipCFWS()
    let value = try scanner.value(unquoted: tolerance.contains(.unquotedValues))
    if word == .reason, result.reason == nil { result.reason = value }
  }

  private mutating func countProperty() throws(AuthenticationResultsError) {
    guard propertyCount < limits.properties else {
      throw scanner.failure(.tooManyProperties(limit: limits.properties))
    }
    propertyCount += 1
  }
}
