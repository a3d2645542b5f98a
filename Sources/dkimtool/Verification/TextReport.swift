import DKIMCore
import DKIMDiagnostics

/// Results as text: a line for each signature, followed by an explanation if it fails.
struct TextReport: Sendable {
  let usesColor: Bool

  func lines(_ report: MessageReport) -> String {
    let name = PrintableText.escaped(report.name)
    guard !report.results.isEmpty else {
      let cut = report.header.excess.map { "\(colored(.policy)): \($0.unseenSignatures)" }
      return "\(name): " + (cut ?? "not signed") + "\n"
    }
    var lines = ""
    for (result, causes) in zip(report.results, report.causes) {
      lines += "\(name): " + line(result, report.header) + "\n"
      for sentence in FailureExplanation.sentences(result, at: report.time) + causes {
        lines += "    " + PrintableText.escaped(sentence) + "\n"
      }
    }
    return lines
  }

  private func line(_ result: VerificationResult, _ header: MessageHeader) -> String {
    let tags = result.tags
    var text = [
      tags.domain.map { " d=" + $0 }, tags.selector.map { " s=" + $0 },
      tags.algorithm.map { " " + $0 },
    ].compactMap(\.self).joined()
    if let record = result.key?.record {
      let isWeak = record.keyType == .rsa && record.keyBits < 2048
      text += " (\(record.keyBits) bits\(isWeak ? ", weak" : ""))"
    }
    text += ": " + (result.outcome == .success ? coverage(result, header) : result.reason)
    return colored(result.code) + PrintableText.escaped(text)
  }

  /// Describes what is signed: `signed 8 header fields and the whole body (1234 bytes), oversigned From`.
  private func coverage(_ result: VerificationResult, _ header: MessageHeader) -> String {
    guard let signature = result.signature, let fields = result.header, let body = result.body else { return "" }
    var text = "signed \(fields.signedFields) header field\(fields.signedFields == 1 ? "" : "s") and "
    text +=
      body.unsignedBytes == 0
      ? "the whole body (\(body.bytes) bytes)" : "\(body.signedBytes) of \(body.bytes) bytes of the body"
    if fields.absentNames > 0 { text += ", oversigned \(oversigned(signature, header).joined(separator: ", "))" }
    if result.key?.record?.isTesting == true { text += "; the domain is testing (t=y)" }
    if result.key?.secure == true { text += "; key secured by DNSSEC" }
    return text
  }

  /// Returns the names that are in `h=` more often than in the message, so that no field with this name can be added.
  private func oversigned(_ signature: DKIMSignature, _ header: MessageHeader) -> [String] {
    var names: [HeaderFieldName] = []
    var counts: [HeaderFieldName: Int] = [:]
    for name in signature.signedHeaders {
      counts[name, default: 0] += 1
      if counts[name] == 1 { names.append(name) }
    }
    return names.filter { counts[$0, default: 0] > header.positions(of: $0).count }.map(\.text)
  }

  private func colored(_ code: DKIMResultCode) -> String {
    guard usesColor else { return code.rawValue }
    let color =
      switch code {
      case .pass: "32"
      case .fail, .permerror: "31"
      case .none, .policy, .neutral, .temperror: "33"
      }
    return "\u{1B}[\(color)m\(code.rawValue)\u{1B}[0m"
  }
}
