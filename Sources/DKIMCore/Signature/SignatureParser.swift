/// Parses the tags of a DKIM-Signature field, one function per tag. // RFC 6376 §3.5, §6.1.1
struct SignatureParser {
  let bytes: [UInt8]
  let tags: TagList

  init(_ value: [UInt8]) throws(SignatureFieldError) {
    bytes = value
    do { tags = try TagList(value.span) } catch { throw .tagList(error) }
  }

  // sig-v-tag = %x76 [FWS] "=" [FWS] 1*DIGIT; the only value is 1
  func checkVersion() throws(SignatureFieldError) {
    let version = try required("v", emptyIsMissing: false)
    guard bytes[version].elementsEqual([UInt8(ascii: "1")]) else { throw .incompatibleVersion(text(version)) }
  }

  // sig-a-tag-alg = sig-a-tag-k "-" sig-a-tag-h; letter case is ignored here, as in all other values
  func algorithm() throws(SignatureFieldError) -> SigningAlgorithm {
    let value = try required("a")
    let bytes = bytes.span.extracting(value)
    if Bytes.equal(bytes, ignoringCase: "rsa-sha256") { return .rsaSHA256 }
    if Bytes.equal(bytes, ignoringCase: "ed25519-sha256") { return .ed25519SHA256 }
    let name = text(value)
    let lower = name.lowercased()
    if lower == "rsa-sha1" { throw .obsoleteAlgorithm(name) }
    guard Self.isAlgorithmName(lower) else {
      throw .badValue(tag: "a", found: name, expected: "a key type, a hyphen and a hash, as in rsa-sha256")
    }
    throw .unknownAlgorithm(name)
  }

  func base64(_ tag: StaticString) throws(SignatureFieldError) -> [UInt8] {
    let value = try required(tag)
    guard let decoded = Base64.decode(bytes.span.extracting(value)), !decoded.isEmpty else {
      throw .badValue(tag: "\(tag)", found: text(value), expected: "base64")
    }
    return decoded
  }

  func domain() throws(SignatureFieldError) -> DomainName {
    let value = try required("d")
    do { return try DomainName(bytes.span.extracting(value)) } catch {
      throw .badDomain(tag: "d", found: text(value), error)
    }
  }

  func selector() throws(SignatureFieldError) -> Selector {
    let value = try required("s")
    do { return try Selector(bytes.span.extracting(value)) } catch {
      throw .badDomain(tag: "s", found: text(value), error)
    }
  }

  // sig-h-tag = %x68 [FWS] "=" [FWS] hdr-name *( [FWS] ":" [FWS] hdr-name )
  func headerNames(maximum: Int) throws(SignatureFieldError) -> [Range<Int>] {
    let value = try required("h")
    guard let names = list(value, maximum: maximum) else { throw .tooManyHeaderNames(limit: maximum) }
    var hasFrom = false
    for name in names {
      guard HeaderFieldName.isName(bytes.span.extracting(name)) else {
        throw .badValue(tag: "h", found: text(value), expected: "header field names separated by colons")
      }
      hasFrom = hasFrom || Bytes.equal(bytes.span.extracting(name), ignoringCase: "from")
    }
    guard hasFrom else { throw .fromNotSigned }
    return names
  }

  // sig-c-tag-alg *1("/" sig-c-tag-alg), default simple/simple
  func canonicalization() throws(SignatureFieldError) -> Canonicalization {
    guard let value = try optional("c") else { return .simple }
    if let known = Canonicalization(bytes.span.extracting(value)) { return known }
    throw .unknownCanonicalization(text(value))
  }

  // sig-i-tag = %x69 [FWS] "=" [FWS] [ Local-part ] "@" domain-name
  func identity(in domain: DomainName) throws(SignatureFieldError) -> Identity {
    guard let value = try optional("i") else { return Identity(localPart: "", domain: domain) }
    guard let at = bytes[value].lastIndex(of: UInt8(ascii: "@")) else {
      throw .badValue(tag: "i", found: text(value), expected: "an \"@\" and a domain, or an address")
    }
    let identityDomain: DomainName
    do { identityDomain = try DomainName(bytes.span.extracting((at + 1)..<value.upperBound)) } catch {
      throw .badDomain(tag: "i", found: text(value), error)
    }
    let localPart = try localPart(value.lowerBound..<at)
    guard identityDomain.isEqualToOrSubdomain(of: domain) else {
      throw .domainMismatch(identity: text(value), domain: domain.text)
    }
    return Identity(localPart: localPart, domain: identityDomain)
  }

  // sig-l-tag = %x6c [FWS] "=" [FWS] 1*76DIGIT
  func bodyLength() throws(SignatureFieldError) -> UInt64? {
    guard let value = try optional("l") else { return nil }
    return try number("l", value, maximumDigits: 76)
  }

  // sig-t-tag, sig-x-tag = 1*12DIGIT
  func times() throws(SignatureFieldError) -> (timestamp: Timestamp?, expiration: Timestamp?) {
    let timestamp = try time("t")
    let expiration = try time("x")
    if let timestamp, let expiration, expiration <= timestamp {
      throw .expiresBeforeSigned(timestamp: timestamp, expiration: expiration)
    }
    return (timestamp, expiration)
  }

  /// "any value longer than 12 digits [may be considered] to be infinite" // RFC 6376 §3.5
  private func time(_ tag: StaticString) throws(SignatureFieldError) -> Timestamp? {
    guard let value = try optional(tag) else { return nil }
    let seconds = try number(tag, value, maximumDigits: .max)
    return seconds > 999_999_999_999 ? .never : Timestamp(seconds)
  }

  // sig-q-tag-method *([FWS] ":" [FWS] sig-q-tag-method); unknown methods are ignored
  func checkQueryMethods() throws(SignatureFieldError) {
    guard let value = try optional("q") else { return }
    for method in list(value, maximum: .max) ?? []
    where Bytes.equal(bytes.span.extracting(method), ignoringCase: "dns/txt") { return }
    throw .unknownQueryMethod(text(value))
  }

  // sig-z-tag-copy = hdr-name [FWS] ":" qp-hdr-value, "|" between copies
  func checkCopiedHeaders() throws(SignatureFieldError) {
    guard let value = try optional("z", mayBeEmpty: true) else { return }
    // FWS is allowed anywhere, even inside =XX, and is removed before decoding. // RFC 6376 §3.5 ("z=")
    let copies = bytes[value].filter { !ASCII.isFWS($0) }
    if let bad = QuotedPrintable.decode(copies.span).badAt {
      let piece = PrintableText.line(Bytes.lossyString(copies.span.extracting(bad..<min(bad + 3, copies.count))))
      throw .badValue(tag: "z", found: piece, expected: "\"=\" and two hexadecimal digits")
    }
  }

  // dkim-atps-tag, dkim-atpsh-tag; an invalid tag is ignored, because it does not make a signature invalid
  // RFC 6541 §4.2
  func atps() -> ATPSTags? {
    guard let author = find("atps"), let name = try? DomainName(bytes.span.extracting(author)) else { return nil }
    let word = find("atpsh").map { text($0).lowercased() }
    return ATPSTags(author: name, hash: word.flatMap(ATPSTags.Hash.init))
  }

  /// Returns the value of `a=` if it has the form of an algorithm name.
  func algorithmName() -> String? {
    guard let value = find("a") else { return nil }
    let name = text(value).lowercased()
    return Self.isAlgorithmName(name) ? name : nil
  }

  /// Returns the value of a tag without white space, if it is base64.
  func base64Text(_ tag: StaticString) -> String? {
    guard let value = find(tag), Base64.decode(bytes.span.extracting(value)) != nil else { return nil }
    return String(decoding: bytes[value].filter { !ASCII.isFWS($0) }, as: UTF8.self)
  }

  /// Returns the range of the value of `b=`, including the white space around it. // RFC 6376 §3.7
  func blanked() throws(SignatureFieldError) -> Range<Int> {
    guard let tag = tags.tag("b", in: bytes.span) else { throw .missingTag("b") }
    return tag.wholeValue
  }
}

extension SignatureParser {
  /// Returns the value of a tag that is required and must not be empty.
  private func required(_ name: StaticString, emptyIsMissing: Bool = true) throws(SignatureFieldError) -> Range<Int> {
    guard let tag = find(name), !tag.isEmpty || !emptyIsMissing else { throw .missingTag("\(name)") }
    return tag
  }

  /// Returns the value of an optional tag. An empty value is not the same as an absent tag. // RFC 6376 §3.2
  private func optional(_ name: StaticString, mayBeEmpty: Bool = false) throws(SignatureFieldError) -> Range<Int>? {
    guard let tag = find(name) else { return nil }
    guard mayBeEmpty || !tag.isEmpty else { throw .badValue(tag: "\(name)", found: "", expected: "a value") }
    return tag
  }

  private func find(_ name: StaticString) -> Range<Int>? {
    tags.tag(name, in: bytes.span)?.value
  }

  /// Returns at most 60 bytes of the value in printable form, for error texts.
  private func text(_ range: Range<Int>) -> String {
    let shown = QuotedPrintable.report(PrintableText.line(Bytes.lossyString(bytes.span.extracting(range.prefix(60)))))
    return range.count > 60 ? shown + "..." : shown
  }

  static func isAlgorithmName(_ name: String) -> Bool {
    let parts = name.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    let isAlnum: (UInt8) -> Bool = { $0 &- 97 < 26 || $0 &- 48 < 10 }
    return parts.count == 2 && parts.allSatisfy { ($0.first.map { $0 &- 97 < 26 } ?? false) && $0.allSatisfy(isAlnum) }
  }

  /// Returns the elements of a colon-separated list without white space around them; `nil` if there are more than
  /// `maximum`.
  private func list(_ range: Range<Int>, maximum: Int) -> [Range<Int>]? {
    var elements: [Range<Int>] = []
    elements.reserveCapacity(24)
    var start = range.lowerBound
    for i in range where bytes[i] == UInt8(ascii: ":") {
      elements.append(trimmed(start..<i))
      start = i + 1
      if elements.count == maximum { return nil }
    }
    guard elements.count < maximum else { return nil }
    elements.append(trimmed(start..<range.upperBound))
    return elements
  }

  private func trimmed(_ range: Range<Int>) -> Range<Int> {
    var (start, end) = (range.lowerBound, range.upperBound)
    while start < end, ASCII.isFWS(bytes[start]) { start += 1 }
    while start < end, ASCII.isFWS(bytes[end - 1]) { end -= 1 }
    return start..<end
  }

  private func number(_ tag: StaticString, _ range: Range<Int>, maximumDigits: Int) throws(SignatureFieldError)
    -> UInt64
  {
    var value: UInt64 = 0
    for byte in bytes[range] {
      guard byte &- 48 < 10, range.count <= maximumDigits else {
        throw .badValue(tag: "\(tag)", found: text(range), expected: "a number")
      }
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(UInt64(byte - 48))
      value = overflow || carry || value == .max ? .max : sum
    }
    return value
  }

  /// Decodes the part of `i=` before the last "@". Its grammar is checked before decoding: an encoded byte is never a
  /// quote, an "@" or another special character. White space is removed first, as everywhere in dkim-quoted-printable.
  /// // RFC 6376 §2.11, RFC 5321 §4.1.2
  private func localPart(_ range: Range<Int>) throws(SignatureFieldError) -> String {
    let written = bytes[range].filter { !ASCII.isFWS($0) }
    guard LocalPart.isDotString(written) || LocalPart.isQuotedString(written) else {
      throw .badValue(tag: "i", found: text(range), expected: "one \"@\" after a local part, quoted if necessary")
    }
    let (decoded, bad) = QuotedPrintable.decode(written.span)
    guard bad == nil else {
      throw .badValue(tag: "i", found: text(range), expected: "\"=\" and two hexadecimal digits")
    }
    guard let localPart = Bytes.string(decoded.span), !PrintableText.hasControl(localPart) else {
      throw .badValue(tag: "i", found: text(range), expected: "a local part in UTF-8 without control characters")
    }
    return localPart
  }
}
