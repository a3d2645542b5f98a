extension AuthenticationResults {
  /// How the lines of a folded field end.
  public enum LineEnd: String, Sendable, Hashable {
    case crlf = "\r\n"
    /// For the milter protocol, and for files with such line ends.
    case lf = "\n"
  }

  /// The octets a line can have, its end not counted. // RFC 5322 §2.1.1
  static let maximumLineLength = 998
  /// The octets that a reason or a comment may come to, escaped; the rest is cut off.
  static let maximumTextLength = 900

  /// What follows the colon of the field and the one space after it, laid out as OpenDKIM does: a result begins a new
  /// line, with a tab, where it does not end by column 75, and is not broken unless a line of mail cannot hold it. No
  /// line end at the end.
  ///
  /// The outcome obeys the grammar whatever the texts hold: they are quoted or escaped where need be, control
  /// characters are dropped from them. A property too long for one line of mail is left out, a reason or
  /// comment is cut; ``AuthenticationResults/init(parsing:tolerating:limits:)`` gives back all else as it was.
  /// - Parameter quotesAuthservID: write the authserv-id as a quoted-string although it is a token.
  public func formatted(lineEnd: LineEnd = .crlf, quotesAuthservID: Bool = false) -> String {
    var writer = FoldingWriter(lineEnd: lineEnd, column: Self.fieldName.utf8.count + 2)
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

  /// The whole field, from its name to its line end.
  public func field(lineEnd: LineEnd = .crlf) -> String {
    Self.fieldName + ": " + formatted(lineEnd: lineEnd) + lineEnd.rawValue
  }
}

extension MethodResult {
  /// The parts of the result that white space divides.
  fileprivate var pieces: [String] {
    let version = methodVersion.map { "/\($0)" } ?? ""
    let limit = AuthenticationResults.maximumTextLength
    var pieces = ["\(method)\(version)=\(result)"]
    if let reason { pieces.append("reason=" + QuotedText.quoted(reason, atMost: limit)) }
    pieces += comments.map { QuotedText.comment($0, atMost: limit) }
    pieces += properties.map { "\($0.type).\($0.name)=" + QuotedText.propertyValue($0.value) }
    // One octet for the tab before it, one for the semicolon after it.
    return pieces.filter { $0.utf8.count + 2 <= AuthenticationResults.maximumLineLength }
  }
}

extension QuotedText {
  /// A token where the text is one, else a quoted-string. // RFC 8601 §2.2 ("authserv-id")
  fileprivate static func authservID(_ text: String, alwaysQuoted: Bool) -> String {
    let text = printable(text)
    return isToken(text) && !alwaysQuoted ? text : quoted(text)
  }

  /// The form in which the grammar takes the text: bare as a token, a domain name or an address, else quoted.
  /// // RFC 8601 §2.2 ("pvalue")
  fileprivate static func propertyValue(_ text: String) -> String {
    if isToken(text) { return text }
    let text = printable(text)
    return readsBare(text) ? text : quoted(text)
  }

  private static func isToken(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy(ResultsOctet.isToken)
  }

  /// True where the reader, given the bare text, gives back the same octets and wants no more.
  private static func readsBare(_ text: String) -> Bool {
    let octets = Array(text.utf8)
    let limits = AuthenticationResults.Limits()
    guard var scanner = try? ResultsScanner(octets.span, bareLineFeeds: false, limits: limits),
      let read = try? scanner.propertyValue(unquoted: false)
    else { return false }
    return scanner.atEnd && read.utf8.elementsEqual(octets)
  }
}

/// Puts pieces on lines.
private struct FoldingWriter {
  /// The column by which a result ends, or else begins a new line.
  static let margin = 75
  static let tabWidth = 8

  private(set) var text = ""
  private let newLine: String
  private var column: Int

  init(lineEnd: AuthenticationResults.LineEnd, column: Int) {
    newLine = lineEnd.rawValue + "\t"
    self.column = column
  }

  mutating func append(_ piece: String) {
    text += piece
    column += piece.utf8.count
  }

  /// A result.
  mutating func add(_ pieces: [String]) {
    let width = pieces.reduce(0) { $0 + 1 + $1.utf8.count }
    if column + width > Self.margin { fold() } else { append(" ") }
    append(pieces[0])
    for piece in pieces.dropFirst() { add(piece) }
  }

  /// A further piece of the line, or of the next one where a line of mail cannot hold both.
  mutating func add(_ piece: String) {
    // The space before it, and the semicolon that may follow.
    if column + piece.utf8.count + 2 > AuthenticationResults.maximumLineLength { fold() } else { append(" ") }
    append(piece)
  }

  private mutating func fold() {
    text += newLine
    column = Self.tabWidth
  }
}
