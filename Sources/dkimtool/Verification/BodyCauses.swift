import DKIMCore

/// Finds out what may have happened to a body whose hash differs. Each possible cause is tried; the first one that
/// makes the hash match is reported.
struct BodyCauses {
  private var probe: BodyProbe
  private let signature: DKIMSignature
  private let body: ArraySlice<UInt8>

  init(_ body: ArraySlice<UInt8>, _ signature: DKIMSignature, in context: VerificationContext) {
    self.body = body
    self.signature = signature
    probe = BodyProbe(signature, in: context)
  }

  /// Returns the cause in a sentence; `nil` if none of the possible causes makes the hash match.
  mutating func find() -> String? {
    wholeBody() ?? lines() ?? footer() ?? banner()
  }

  private mutating func wholeBody() -> String? {
    if probe.matches([]) { return "The body hash is that of an empty body: the signer did not see the body." }
    if signature.canonicalization.body == .simple, probe.matches(body, canonicalization: .relaxed) {
      return "The body hash matches with relaxed canonicalization: only white space was added; a signature with "
        + "c=relaxed/relaxed would have survived."
    }
    if probe.matches(LineEnds.withLF(Array(body))[...]) {
      return "The body hash matches with LF line endings: the signer hashed the text before they became CRLF."
    }
    let length = UInt64(BodyLines.withoutTrailing(body).count)
    if signature.bodyLength == nil, probe.matches(body, length: length) {
      return "The body hash matches without the line ending of the last line: the signer canonicalizes incorrectly."
    }
    return nil
  }

  /// Tries changes that affect all lines.
  private mutating func lines() -> String? {
    let odd = LineEnds.Oddities(Array(body))
    if odd.bareLF > 0 || odd.bareCR > 0, probe.matches(BodyLines.withCRLFOnly(body)[...]) {
      return "The body hash matches when every bare CR and LF is read as CRLF: line endings were changed."
    }
    for (text, changed) in [
      ("a \">\" was added to lines that began with \"From \"", Mailbox.unquoted(Array(body))),
      (
        "a second \".\" was added to lines that began with \".\" (the dots that SMTP adds were not removed)",
        BodyLines.withoutDots(body)
      ),
    ] {
      if let changed, probe.matches(changed[...]) { return "The body hash matches if one assumes that \(text)." }
    }
    return nil
  }

  private mutating func footer() -> String? {
    let lines = BodyLines(body)
    let closing = lines.closingBoundary
    for cut in lines.footerStarts {
      if probe.matches(body[..<cut]) { return told(cut..<body.endIndex, "last", "a footer was added") }
      if let closing, cut < closing, probe.matches(body[..<cut], body[closing...]) {
        return told(cut..<closing, "last", "a footer was added")
      }
    }
    return nil
  }

  private mutating func banner() -> String? {
    for cut in BodyLines(body).bannerEnds where probe.matches(body[cut...]) {
      return told(body.startIndex..<cut, "first", "a banner was added")
    }
    return nil
  }

  private func told(_ range: Range<Int>, _ which: String, _ cause: String) -> String {
    let lines = body[range].count { $0 == UInt8(ascii: "\n") }
    let first = body[range].split(separator: UInt8(ascii: "\n")).lazy.map { line in
      String(decoding: line.filter { $0 != UInt8(ascii: "\r") }.prefix(60), as: UTF8.self)
    }.first { $0.contains { $0 != " " } }
    let what = lines == 1 ? "\(which) line, which begins" : "\(which) \(lines) lines, which begin"
    let beginning = first.map { "\(what) with \"\($0)\"" } ?? "\(which) \(lines) empty lines"
    return "The body hash matches without the \(beginning): \(cause) after signing, as mailing lists and gateways do."
  }
}
