/// Reads the lexical tokens of the field: white space, comments, quoted strings, keywords, numbers.
///
/// Apart from ``rewind(to:)``, functions only move forward, so scanning takes linear time.
struct ResultsScanner {
  typealias Failure = AuthenticationResultsError

  private let bytes: [UInt8]
  private let limits: AuthenticationResults.Limits
  private let bareLineFeeds: Bool
  private(set) var offset = 0
  /// The offset after the last white space or comment.
  private var gapEnd = -1
  private var commentCount = 0
  /// The comments that were read and not yet taken.
  private(set) var comments: [String] = []

  init(
    _ value: Span<UInt8>, bareLineFeeds: Bool, limits: AuthenticationResults.Limits
  ) throws(AuthenticationResultsError) {
    guard value.count <= limits.bytes else {
      throw Failure(offset: max(0, limits.bytes), problem: .tooLong(limit: limits.bytes))
    }
    var bytes = Bytes.array(value)
    // The line ending of the field itself.
    if bytes.last == Bytes.lf, bareLineFeeds || bytes.dropLast().last == Bytes.cr {
      bytes.removeLast()
      if bytes.last == Bytes.cr { bytes.removeLast() }
    }
    self.bytes = bytes
    self.limits = limits
    self.bareLineFeeds = bareLineFeeds
  }

  var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }
  var atEnd: Bool { offset >= bytes.count }
  /// True if white space or a comment directly precedes the current offset.
  var followsGap: Bool { gapEnd == offset }

  func failure(_ problem: Failure.Problem) -> Failure { Failure(offset: offset, problem: problem) }
  func expected(_ element: Failure.Element) -> Failure { failure(.expected(element, found: next)) }

  /// Moves back to scan the same bytes in another way; used at most once per field and once per value.
  mutating func rewind(to place: (offset: Int, comments: Int)) {
    let unread = max(0, comments.count - place.comments)
    offset = place.offset
    comments.removeLast(unread)
    commentCount -= unread
  }

  var place: (offset: Int, comments: Int) { (offset, comments.count) }

  mutating func takeComments() -> [String] {
    defer { comments = [] }
    return comments
  }

  mutating func skip(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    offset += 1
    return true
  }

  /// Reads the bytes from the current offset that belong to one class.
  mutating func run(while belongs: (UInt8) -> Bool) -> [UInt8] {
    let start = offset
    while let byte = next, belongs(byte) { offset += 1 }
    return Array(bytes[start..<offset])
  }

  /// CFWS = (1*([FWS] comment) [FWS]) / FWS // RFC 5322 §3.2.2
  mutating func skipCFWS() throws(AuthenticationResultsError) {
    let start = offset
    while let byte = next {
      switch byte {
      case Bytes.space, Bytes.tab: offset += 1
      case Bytes.cr, Bytes.lf: try skipFold()
      case ResultsByte.open: try readComment()
      default:
        if offset > start { gapEnd = offset }
        return
      }
    }
    if offset > start { gapEnd = offset }
  }

  /// Skips the CRLF of a folded line, which must be followed by white space. // RFC 5322 §3.2.2
  private mutating func skipFold() throws(AuthenticationResultsError) {
    var after = offset
    if bytes[after] == Bytes.cr {
      after += 1
    } else if !bareLineFeeds {
      throw failure(.badFold)
    }
    guard after + 1 < bytes.count, bytes[after] == Bytes.lf, ASCII.isWSP(bytes[after + 1]) else {
      throw failure(.badFold)
    }
    offset = after + 1
  }

  /// comment = "(" *([FWS] ccontent) [FWS] ")"; ccontent = ctext / quoted-pair / comment // RFC 5322 §3.2.2
  private mutating func readComment() throws(AuthenticationResultsError) {
    guard commentCount < limits.comments else { throw failure(.tooManyComments(limit: limits.comments)) }
    commentCount += 1
    let start = offset
    var depth = 0
    var text: [UInt8] = []
    while let byte = next {
      switch byte {
      case ResultsByte.open:
        guard depth < limits.commentDepth else { throw failure(.commentTooDeep(limit: limits.commentDepth)) }
        depth += 1
      case ResultsByte.close:
        depth -= 1
        if depth == 0 {
          offset += 1
          comments.append(try string(text, from: start))
          return
        }
      default:
        try readContent(into: &text)
        continue
      }
      if offset > start { text.append(byte) }
      offset += 1
    }
    throw Failure(offset: start, problem: .unterminatedComment)
  }

  /// quoted-string = DQUOTE *([FWS] qcontent) [FWS] DQUOTE // RFC 5322 §3.2.4
  mutating func quotedString() throws(AuthenticationResultsError) -> String {
    let start = offset
    var text: [UInt8] = []
    offset += 1
    while let byte = next {
      if byte == ResultsByte.quote {
        offset += 1
        return try string(text, from: start)
      }
      try readContent(into: &text)
    }
    throw Failure(offset: start, problem: .unterminatedQuotedString)
  }

  /// Reads one byte of a comment or quoted string, one quoted-pair, or one fold, whose white space is kept.
  private mutating func readContent(into text: inout [UInt8]) throws(AuthenticationResultsError) {
    let byte = bytes[offset]
    if byte == Bytes.cr || byte == Bytes.lf { return try skipFold() }
    if byte == ResultsByte.backslash, offset + 1 < bytes.count { offset += 1 }
    let content = bytes[offset]
    guard ResultsByte.isVisible(content) || ASCII.isWSP(content) else { throw failure(.control(content)) }
    text.append(content)
    offset += 1
  }

  /// 1*DIGIT
  mutating func number() throws(AuthenticationResultsError) -> UInt32 {
    let start = offset
    let digits = run(while: ASCII.isDigit)
    guard !digits.isEmpty else { throw expected(.version) }
    guard digits.count <= 9 else { throw Failure(offset: start, problem: .numberTooLarge) }
    return digits.reduce(0) { $0 * 10 + UInt32($1 - 0x30) }
  }

  /// Keyword // RFC 5321 §4.1.2
  mutating func keyword(_ element: Failure.Element) throws(AuthenticationResultsError) -> AuthenticationKeyword {
    let start = offset
    let bytes = run(while: ResultsByte.isKeyword)
    guard let keyword = AuthenticationKeyword(bytes.span) else {
      // A keyword that ends with a hyphen or is too long is reported at its start.
      throw bytes.isEmpty ? expected(element) : Failure(offset: start, problem: .expected(element, found: bytes[0]))
    }
    return keyword
  }

  func string(_ text: [UInt8], from start: Int) throws(AuthenticationResultsError) -> String {
    guard let string = Bytes.string(text.span) else { throw Failure(offset: start, problem: .notUTF8) }
    return string
  }
}
