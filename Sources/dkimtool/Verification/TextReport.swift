import DKIMCore

/// Results for people: a line for each signature, and below one that does not pass what is behind it.
struct TextReport: Sendable {
  let usesColor: Bool

  func lines(_ report: MessageReport) -> String {
    let name = SafeText.escaped(report.name)
    guard !report.results.isEmpty else { return "\(name): not signed\n" }
    var lines = ""
    for (result, findings) in zip(report.results, report.findings) {
      lines += "\(name): " + line(result) + "\n"
      for sentence in Explanation.sentences(result, at: report.time) + findings {
        lines += "    " + SafeText.escaped(sentence) + "\n"
      }
    }
    return lines
  }

  private func line(_ result: VerificationResult) -> String {
    var parts = [colored(result.word)]
    parts += [result.tags.domain.map { "d=" + $0 }, result.tags.selector.map { "s=" + $0 }].compactMap(\.self)
    parts += [result.tags.algorithm].compactMap(\.self)
    if let bits = result.key?.record?.keyBits { parts.append("(\(bits) bits)") }
    let rest = result.word == .pass ? coverage(result) : result.reason
    return SafeText.escaped(parts.dropFirst().reduce("") { $0 + " " + $1 } + ": " + rest).withPrefix(parts[0])
  }

  /// `signed: 8 header fields, all 1234 octets of the body; cannot be added: From`
  private func coverage(_ result: VerificationResult) -> String {
    guard let signature = result.signature, let header = result.header, let body = result.body else { return "" }
    let fields = "\(header.signedFields) header field\(header.signedFields == 1 ? "" : "s")"
    let octets =
      body.unsignedOctets == 0
      ? "the whole body (\(body.octets) octets)" : "\(body.signedOctets) of \(body.octets) octets of the body"
    var text = "signed \(fields) and \(octets)"
    let oversigned = Self.oversigned(signature, header)
    if !oversigned.isEmpty { text += ", oversigned \(oversigned.joined(separator: ", "))" }
    if result.key?.record?.isTesting == true { text += "; the domain is testing (t=y)" }
    if result.key?.secure == true { text += "; key secured by DNSSEC" }
    return text
  }

  private static func oversigned(_ signature: DKIMSignature, _ header: VerificationResult.HeaderCoverage) -> [String] {
    []
  }

  private func colored(_ word: AuthenticationWord) -> String {
    guard usesColor else { return word.rawValue }
    let color =
      switch word {
      case .pass: "32"
      case .fail, .permerror: "31"
      case .none, .policy, .neutral, .temperror: "33"
      }
    return "\u{1B}[\(color)m\(word.rawValue)\u{1B}[0m"
  }
}

extension String {
  fileprivate func withPrefix(_ prefix: String) -> String { prefix + self }
}
