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

  /// What follows the colon of the field and the one space behind it, laid out as OpenDKIM does: each result on
  /// a line of its own behind a tab, folded so that lines end by column 75 where they can; no line end at the end.
  ///
  /// The outcome obeys the grammar whatever the texts hold: they are quoted or escaped where need be, control
  /// characters are dropped from them. A property too long for one line of mail is left out, a reason or
  /// comment is cut; ``AuthenticationResults/init(parsing:tolerating:limits:)`` gives back all else as it was.
  public func formatted(lineEnd: LineEnd = .crlf) -> String {
    var writer = FoldingWriter(lineEnd: lineEnd, column: Self.fieldName.utf8.count + 2)
    writer.begin(QuotedText.authservID(authservID))
    if let version { writer.add(String(version)) }
    for comment in comments { writer.add(QuotedText.comment(comment, atMost: Self.maximumTextLength)) }
    guard !results.isEmpty else {
      writer.append("; none")
      return writer.text
    }
    for result in results {
      writer.append(";")
      writer.fold()
      result.write(into: &writer)
    }
    return writer.text
  }

  /// The whole field, from its name to its line end.
  public func field(lineEnd: LineEnd = .crlf) -> String {
    Self.fieldName + ": " + formatted(lineEnd: lineEnd) + lineEnd.rawValue
  }
}

extension MethodResult {
  fileprivate func write(into writer: inout FoldingWriter) {
    let version = methodVersion.map { "/\($0)" } ?? ""
    writer.begin("\(method)\(version)=\(result)")
    let limit = AuthenticationResults.maximumTextLength
    if let reason { writer.add("reason=" + QuotedText.quoted(reason, atMost: limit)) }
    for comment in comments { writer.add(QuotedText.comment(comment, atMost: limit)) }
    for property in properties {
      let piece = "\(property.type).\(property.name)=" + QuotedText.propertyValue(property.value)
      // One octet for the tab before it, one for the semicolon after it.
      if piece.utf8.count + 2 <= AuthenticationResults.maximumLineLength { writer.add(piece) }
    }
  }
}

extension QuotedText {
  /// A token where the text is one, else a quoted-string. // RFC 8601 §2.2 ("authserv-id")
  fileprivate static func authservID(_ text: String) -> String {
    let text = printable(text)
    return isToken(text) ? text : quoted(text)
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

/// Puts pieces on lines: one space between two, or a new line and a tab where the line would grow too long.
private struct FoldingWriter {
  /// The column by which a line ends where it can.
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

  mutating func fold() {
    text += newLine
    column = Self.tabWidth
  }

  /// The first piece of a line.
  mutating func begin(_ piece: String) { append(piece) }

  /// A further piece.
  mutating func add(_ piece: String) {
    // The space before it, and the semicolon that may follow.
    if column + piece.utf8.count + 2 > Self.margin { fold() } else { append(" ") }
    append(piece)
  }
}
