import DKIMConfiguration
import DKIMCore

/// The lines in the statistics file (`Statistics`) about one verified message, as opendkim-importstats(8) reads them.
package struct StatisticsRecord: Sendable, Hashable {
  /// The first line of a statistics file: the version of the format.
  package static let header = "V3\n"

  /// The lines, each with its line feed: an `M` line, and an `S` line for each signature.
  package let text: String

  /// - Parameters:
  ///   - author: The domain of the author, as in the header.
  ///   - surplus: The number of signatures that were not evaluated and are not in `signatures`.
  init(
    author: DomainName, _ signatures: [EvaluatedSignature], surplus: Int, at time: Timestamp, in context: MessageContext
  ) {
    let rules = context.configuration.statistics
    func hidden(_ text: String) -> String {
      rules.prefix.map { TextDigest.sha256($0 + text.lowercased()) } ?? text
    }
    let size = signatures.first?.result.body?.signedBytes ?? 0
    var lines = [
      [
        "M" + Self.field(context.jobID ?? LogLine.unknownJob, limit: Self.longestJobID),
        Self.field(rules.name ?? context.policy.hostName, limit: Self.longestName),
        hidden(Self.domain(author)),
        hidden(context.connection.effectiveAddress?.description ?? "unknown"),
        "\(time.seconds)", "\(UInt32(clamping: size))", "\(signatures.count + surplus)",
        // Neither ATPS nor a spam filter was asked.
        "-1", "-1",
      ]
    ]
    for signature in signatures {
      guard let line = signature.statistics(in: context.configuration) else { continue }
      lines.append(["S" + hidden(line.domain)] + line.numbers.map { "\($0)" })
    }
    text = lines.map { $0.joined(separator: "\t") + "\n" }.joined()
  }

  /// The sizes of the columns in the database of opendkim-importstats(8).
  private static let longestJobID = 64
  private static let longestName = 255

  /// Returns a text without characters that separate fields or that opendkim-importstats(8) refuses.
  private static func field(_ text: String, limit: Int) -> String {
    let bytes = text.utf8.prefix(limit).map { isSafe($0) ? $0 : UInt8(ascii: "?") }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func isSafe(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "\\"): false
    default: (0x21..<0x7F).contains(byte)
    }
  }

  fileprivate static func domain(_ domain: DomainName) -> String {
    field(domain.text.utf8.allSatisfy { $0 < 0x80 } ? domain.text : domain.asciiForm, limit: longestName)
  }
}

extension EvaluatedSignature {
  /// The line of the signature; `nil` if it was ignored or has no readable domain, which OpenDKIM does not record
  /// either.
  fileprivate func statistics(in configuration: Configuration) -> (domain: String, numbers: [Int])? {
    if case .unacceptable(.tooManySignatures) = result.outcome { return nil }
    if setting == "TrustSignaturesFrom" { return nil }
    let domain = result.signature.map { StatisticsRecord.domain($0.domain) } ?? result.tags.domain
    guard let domain, let error = setting == "MustBeSigned" ? .fieldNotSigned : result.outcome.openDKIMError else {
      return nil
    }
    let isBodyChanged = result.outcome == .permanentFailure(.bodyHashDidNotVerify)
    // As in OpenDKIM, b= also counts as correct if only the body was changed; the next column tells the two apart.
    let passes = result.outcome == .success || isBodyChanged && result.headerHash == .matches
    return (
      domain,
      [
        passes ? 1 : 0, isBodyChanged ? 1 : 0, signedLength, error.rawValue, protection(configuration.dns),
      ]
    )
  }

  /// `l=`, -1 without this tag, 0 if the field cannot be parsed.
  private var signedLength: Int {
    guard let signature = result.signature else { return 0 }
    return signature.bodyLength.map { Int(Int32(clamping: $0)) } ?? -1
  }

  /// How DNSSEC protects the key: 2 validated, 1 not validated, 0 validation failed, -1 unknown.
  private func protection(_ rules: DNSRules) -> Int {
    if case .temporaryFailure(.bogus) = result.outcome { return 0 }
    guard let key = result.key, rules.testPublicKeys == nil, rules.testDNSData == nil else { return -1 }
    return key.secure ? 2 : 1
  }
}
