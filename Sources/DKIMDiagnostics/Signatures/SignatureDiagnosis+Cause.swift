extension SignatureDiagnosis {
  /// A change to a message, or an error of the signer, that explains why a signature fails.
  ///
  /// Use a `default` case in a `switch`, because later versions may add causes.
  public enum Cause: Sendable, Hashable {
    /// The body hash is that of an empty body.
    case bodyNotSeen
    /// White space was added to the body. Relaxed canonicalization would have ignored it.
    case whiteSpaceAdded
    /// The signer hashed a body with LF line endings.
    case hashedWithLF
    /// The signer did not hash the line ending of the last line.
    case hashedWithoutLastLineEnding
    /// Bare CRs or LFs, which were CRLF when the body was signed.
    case lineEndingsChanged
    /// A `>` was added to lines that began with `From `, as in mbox files.
    case fromLinesQuoted
    /// A second dot was added to lines that began with a dot, as in SMTP.
    case dotsDoubled
    /// Lines were added at the end of the body, or before the last boundary of a multipart body.
    case footerAdded(AddedText)
    /// Lines were added at the beginning of the body.
    case bannerAdded(AddedText)
    /// A field that the signature has a copy of (`z=`) was removed. The value is on one line and cut to 100 bytes.
    case fieldRemoved(name: String, value: String)
    /// A field differs from its copy in the signature (`z=`). Both values are on one line and cut to 100 bytes.
    case fieldChanged(name: String, signed: String, current: String)
    /// A prefix was added to the Subject, or From was replaced and its original value is in the field `originalFrom`,
    /// or both. At least one of the values is not `nil`.
    case headerRewritten(subjectPrefix: String?, originalFrom: String?)
    /// A field was added.
    case fieldAdded(name: String)
    /// No cause was found, but with simple canonicalization of the header, any change breaks a signature.
    case simpleHeaderCanonicalization
  }

  /// Lines that were added to a body.
  public struct AddedText: Sendable, Hashable {
    /// The number of lines.
    public let lines: Int
    /// The beginning of the first line that is not empty, at most 60 bytes; `nil` if all lines are empty.
    public let beginning: String?
  }
}

extension SignatureDiagnosis.Cause: CustomStringConvertible {
  /// The cause in a sentence. It can contain text from the message, so it must be escaped before it is printed on a
  /// terminal.
  public var description: String {
    switch self {
    case .bodyNotSeen: "The body hash is that of an empty body: the signer did not see the body."
    case .whiteSpaceAdded:
      "The body hash matches with relaxed canonicalization: only white space was added; a signature with "
        + "c=relaxed/relaxed would have survived."
    case .hashedWithLF:
      "The body hash matches with LF line endings: the signer hashed the text before they became CRLF."
    case .hashedWithoutLastLineEnding:
      "The body hash matches without the line ending of the last line: the signer canonicalizes incorrectly."
    case .lineEndingsChanged:
      "The body hash matches when every bare CR and LF is read as CRLF: line endings were changed."
    case .fromLinesQuoted:
      "The body hash matches if one assumes that a \">\" was added to lines that began with \"From \"."
    case .dotsDoubled:
      "The body hash matches if one assumes that a second \".\" was added to lines that began with \".\" (the dots "
        + "that SMTP adds were not removed)."
    case .footerAdded(let text): Self.added("last", text, "a footer was added")
    case .bannerAdded(let text): Self.added("first", text, "a banner was added")
    case .fieldRemoved(let name, let value):
      "The field \(name) was removed after signing; its value was \"\(value)\" (z=)."
    case .fieldChanged(let name, let signed, let current):
      "The field \(name) was \"\(signed)\" when it was signed (z=) and is \"\(current)\" now."
    case .headerRewritten(let prefix, let originalFrom):
      "The header signature is valid if " + Self.rewritten(prefix, originalFrom).joined(separator: " and ") + "."
    case .fieldAdded(let name):
      "The header signature is valid without the field \(name): it was added after signing."
    case .simpleHeaderCanonicalization:
      "The header is signed with simple canonicalization: even a moved line break breaks the signature."
    }
  }

  private static func added(_ which: String, _ text: SignatureDiagnosis.AddedText, _ cause: String) -> String {
    let what = text.lines == 1 ? "\(which) line, which begins" : "\(which) \(text.lines) lines, which begin"
    let beginning = text.beginning.map { "\(what) with \"\($0)\"" } ?? "\(which) \(text.lines) empty lines"
    return "The body hash matches without the \(beginning): \(cause) after signing, as mailing lists and gateways do."
  }

  private static func rewritten(_ prefix: String?, _ originalFrom: String?) -> [String] {
    [
      prefix.map { "\"\($0)\" is removed from the Subject: it was added after signing" },
      originalFrom.map { "From has the value of \($0): From was rewritten after signing" },
    ].compactMap(\.self)
  }
}
