extension AuthenticationResults {
  /// The maximum length of a line in bytes, without the line ending. // RFC 5322 §2.1.1
  static let maximumLineLength = 998
  /// The maximum escaped length of a reason or a comment in bytes; longer text is truncated.
  static let maximumTextLength = 900

  /// Formats the value of the field (everything after the colon and one space) the way OpenDKIM does: a result that
  /// would end past column 75 starts on a new line (CRLF) with a tab; results are not broken further unless they exceed the
  /// maximum line length. There is no line ending at the end.
  ///
  /// The output follows the grammar whatever the texts contain: they are quoted or escaped where necessary, and control
  /// characters are removed. A property that does not fit on one line is omitted, and a reason or comment that is too
  /// long is truncated; `AuthenticationResults(parsing:)` restores everything else unchanged.
  /// - Parameter quotesAuthservID: writes the authserv-id as a quoted-string even if it is a token.
  public func formatted(quotesAuthservID: Bool = false) -> String {
    var writer = FoldingWriter(column: Self.fieldName.utf8.count + 2)
    writer.append(QuotedText.authservID(authservID, alwaysQuoted: quotesAuthservID))
    if let version { writer.add(String(version)) }
    for comment in comments { writer.add(QuotedText.comment(comment, atMost: Self.maximumTextLength)) }
    guard !results.isEmpty else {
      writer.append("; none")
      return writer.text
    }
    for result in results {
      writer.append(";")
      writer.add(result.pieces)
    }
    return writer.text
  }

  /// Formats the whole field, including its name and the line ending.
  public func field() -> String {
    Self.fieldName + ": " + formatted() + "\r\n"
  }
}

extension MethodResult {
  /// The whitespace-separated parts of the result.
  fileprivate var pieces: [String] {
    let version = methodVersion.map { "/\($0)" } ?? ""
    let limit = AuthenticationResults.maximumTextLength
    var pieces = ["\(method)\(version)=\(result)"]
    if let reason { pieces.append("reason=" + QuotedText.quoted(reason, atMost: limit)) }
    pieces += comments.map { QuotedText.comment($0, atMost: limit) }
    pieces += properties.map { "\($0.type).\($0.name)=" + QuotedText.propertyValue($0.value) }
    // One byte for the tab before the piece, one for the semicolon after it.
    return pieces.filter { $0.utf8.count + 2 <= AuthenticationResults.maximumLineLength }
  }
}

extension QuotedText {
  /// Returns the text unchanged if it is a token, otherwise as a quoted-string. // RFC 8601 §2.2 ("authserv-id")
  fileprivate static func authservID(_ text: String, alwaysQuoted: Bool) -> String {
    let text = printable(text)
    return isToken(text) && !alwaysQuoted ? text : quoted(text)
  }

  /// Returns the text in a form that the grammar accepts: unquoted if it is a token, a domain name or an address,
  /// otherwise quoted. // RFC 8601 §2.2 ("pvalue")
  fileprivate static func propertyValue(_ text: String) -> String {
    if isToken(text) { return text }
    let text = printable(text)
    return readsBare(text) ? text : quoted(text)
  }

  private static func isToken(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy(ResultsByte.isToken)
  }

  /// Returns true if parsing the unquoted text consumes all of it and returns it unchanged.
  private static func readsBare(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    let limits = AuthenticationResults.Limits()
    guard var scanner = try? ResultsScanner(bytes.span, bareLineFeeds: false, limits: limits),
      let read = try? scanner.propertyValue(unquoted: false)
    else { return false }
    return scanner.atEnd && read.utf8.elementsEqual(bytes)
  }
}

/// Appends pieces of text and folds lines between them.
private struct FoldingWriter {
  /// The last column that a result may reach before it is moved to a new line.
  static let margin = 75
  static let tabWidth = 8

  private(set) var text = ""
  private var column: Int

  init(column: Int) { self.column = column }

  mutating func append(_ piece: String) {
    text += piece
    column += piece.utf8.count
  }

  /// Adds a result, on a new line if it does not fit on the current one.
  mutating func add(_ pieces: [String]) {
    let width = pieces.reduce(0) { $0 + 1 + $1.utf8.count }
    if column + width > Self.margin { fold() } else { append(" ") }
    append(pieces[0])
    for piece in pieces.dropFirst() { add(piece) }
  }

  /// Adds a piece to the current line, or to a new one if the maximum line length would be exceeded.
  mutating func add(_ piece: String) {
    // One byte for the space before the piece, one for a semicolon that may follow.
    if column + piece.utf8.count + 2 > AuthenticationResults.maximumLineLength { fold() } else { append(" ") }
    append(piece)
  }

  private mutating func fold() {
    text += "\r\n\t"
    column = Self.tabWidth
  }
}
