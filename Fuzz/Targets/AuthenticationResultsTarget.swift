@testable import DKIMCore

/// Parsed fields can be written and parsed again, and their authserv-id is also found by the code that removes forged
/// fields.
enum AuthenticationResultsTarget {
  static func run(_ input: [UInt8]) {
    let claim = AuthenticationResults.claimedAuthservID(of: input.span)
    if let claim {
      require(AuthenticationResults.normalizedAuthservID(claim) == claim, "a claim not normalized: \(claim)")
    }
    let tolerant: AuthenticationResults
    do {
      tolerant = try AuthenticationResults(parsing: input.span, tolerating: .inTheField)
    } catch {
      requirePrintable("\(error)")
      require(
        (try? AuthenticationResults(parsing: input.span)) == nil,
        "strict parsing accepts what tolerant parsing rejects: \(error)")
      return
    }
    checkStrict(input, tolerant, claim: claim)
    checkRoundTrip(tolerant, lineEnd: "\r\n")
    checkRoundTrip(tolerant, lineEnd: "\n")
  }

  private static func checkStrict(_ input: [UInt8], _ tolerant: AuthenticationResults, claim: String?) {
    let strict: AuthenticationResults
    do {
      strict = try AuthenticationResults(parsing: input.span)
    } catch {
      return requirePrintable("\(error)")
    }
    require(strict == tolerant, "strict and tolerant parsing give different results")
    let named = AuthenticationResults.normalizedAuthservID(strict.authservID)
    require(named.isEmpty || claim == named, "names \(named.debugDescription), claims \(claim.debugDescription)")
  }

  private static func checkRoundTrip(_ field: AuthenticationResults, lineEnd: String) {
    let text = field.formatted().replacing("\r\n", with: lineEnd)
    checkLines(text, lineEnd, exempt: longestUncut(field))
    let again: AuthenticationResults
    do {
      again = try AuthenticationResults(parsing: text, tolerating: lineEnd == "\n" ? .bareLineFeeds : [])
    } catch {
      fail("a written field cannot be parsed: \(error): \(text.debugDescription)")
    }
    let second = again.formatted().replacing("\r\n", with: lineEnd)
    require(second.utf8.elementsEqual(text.utf8), "written again, it differs: \(text.debugDescription)")
    if isPlain(field) { require(again == field, "a field differs after writing and parsing: \(text.debugDescription)") }
  }

  /// Checks that there are no control characters except in folds, and no lines longer than mail allows.
  private static func checkLines(_ text: String, _ lineEnd: String, exempt: Int) {
    let lines = text.split(separator: Character(lineEnd), omittingEmptySubsequences: false)
    for (i, line) in lines.enumerated() {
      require(i == 0 || line.first == "\t", "a line that does not continue the field: \(text.debugDescription)")
      require(line.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }, "a control character")
      let length = line.utf8.count + (i == 0 ? AuthenticationResults.fieldName.utf8.count + 2 : 0)
      require(length <= max(998, exempt + 100), "a line of \(length) bytes")
    }
  }

  /// Returns the length of what is never truncated: the authserv-id, which only the administrator chooses.
  private static func longestUncut(_ field: AuthenticationResults) -> Int { 2 * field.authservID.utf8.count }

  /// Returns whether no text is too long, and so truncated, or contains characters that are dropped.
  private static func isPlain(_ field: AuthenticationResults) -> Bool {
    let results = field.results
    let texts =
      [field.authservID] + field.comments + results.flatMap(\.comments) + results.compactMap(\.reason)
      + results.flatMap { $0.properties.map(\.value) }
    return texts.allSatisfy { $0.utf8.count <= 400 && QuotedText.printable($0).utf8.elementsEqual($0.utf8) }
  }
}
