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

  /// Returns the cause; `nil` if none of the possible causes makes the hash match.
  mutating func find() -> SignatureDiagnosis.Cause? {
    wholeBody() ?? lines() ?? footer() ?? banner()
  }

  private mutating func wholeBody() -> SignatureDiagnosis.Cause? {
    if probe.matches([]) { return .bodyNotSeen }
    if signature.canonicalization.body == .simple, probe.matches(body, canonicalization: .relaxed) {
      return .whiteSpaceAdded
    }
    if probe.matches(LineEnds.withLF(Array(body))[...]) { return .hashedWithLF }
    let length = UInt64(BodyLines.withoutTrailing(body).count)
    if signature.bodyLength == nil, probe.matches(body, length: length) {
      return .hashedWithoutLastLineEnding
    }
    return nil
  }

  /// Tries changes that affect all lines.
  private mutating func lines() -> SignatureDiagnosis.Cause? {
    let odd = LineEnds.Oddities(Array(body))
    if odd.bareLF > 0 || odd.bareCR > 0, probe.matches(BodyLines.withCRLFOnly(body)[...]) {
      return .lineEndingsChanged
    }
    if let unquoted = MboxReader.unquoted(Array(body)), probe.matches(unquoted[...]) { return .fromLinesQuoted }
    if let undotted = BodyLines.withoutDots(body), probe.matches(undotted[...]) { return .dotsDoubled }
    return nil
  }

  private mutating func footer() -> SignatureDiagnosis.Cause? {
    let lines = BodyLines(body)
    let closing = lines.closingBoundary
    for cut in lines.footerStarts {
      if probe.matches(body[..<cut]) { return .footerAdded(added(cut..<body.endIndex)) }
      if let closing, cut < closing, probe.matches(body[..<cut], body[closing...]) {
        return .footerAdded(added(cut..<closing))
      }
    }
    return nil
  }

  private mutating func banner() -> SignatureDiagnosis.Cause? {
    for cut in BodyLines(body).bannerEnds where probe.matches(body[cut...]) {
      return .bannerAdded(added(body.startIndex..<cut))
    }
    return nil
  }

  private func added(_ range: Range<Int>) -> SignatureDiagnosis.AddedText {
    let lines = body[range].count { $0 == UInt8(ascii: "\n") }
    let first = body[range].split(separator: UInt8(ascii: "\n")).lazy.map { line in
      String(decoding: line.filter { $0 != UInt8(ascii: "\r") }.prefix(60), as: UTF8.self)
    }.first { $0.contains { $0 != " " } }
    return SignatureDiagnosis.AddedText(lines: lines, beginning: first)
  }
}
