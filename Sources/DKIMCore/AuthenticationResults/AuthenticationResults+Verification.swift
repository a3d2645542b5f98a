extension AuthenticationResults {
  /// Creates the results of a verification: one `dkim=` result for each signature, in the order of the message, or
  /// `dkim=none` if the message is not signed. // RFC 8601 §2.7.1
  ///
  /// - Parameters:
  ///   - authservID: the name of the host or organization that verified the message.
  ///   - report: the report about one message. If its header was cut off before the first signature, the result is
  ///     `dkim=policy`.
  public init(authservID: String, report: VerificationReport) {
    var methods = MethodResult.results(for: report.results.map { SignatureReport($0) })
    if methods.isEmpty {
      let unseen = report.headerExcess.map { MethodResult(dkim: .policy, reason: $0.unseenSignatures) }
      methods.append(unseen ?? MethodResult(dkim: .none))
    }
    self.init(authservID: authservID, results: methods)
  }
}

/// What an Authentication-Results field reports about one signature.
package struct SignatureReport: Sendable {
  fileprivate let tags: SignatureTags
  fileprivate let code: DKIMResultCode
  fileprivate let reason: String?
  fileprivate let comment: String?

  package init(_ tags: SignatureTags, _ code: DKIMResultCode, reason: String?, comment: String?) {
    self.tags = tags
    self.code = code
    self.reason = reason
    self.comment = comment
  }

  /// Creates the report of a result without changes.
  fileprivate init(_ result: VerificationResult) {
    self.init(
      result.tags, result.code, reason: result.code == .pass ? nil : result.outcome.publicReason,
      comment: result.key?.comment)
  }
}

extension MethodResult {
  /// Returns one `dkim=` result for each signature of a message.
  /// - Parameter includingPrefix: whether each has the prefix of `b=` that distinguishes the signature from the others.
  package static func results(for reports: [SignatureReport], includingPrefix: Bool = true) -> [MethodResult] {
    var prefixes = SignaturePrefix.prefixes(of: reports.compactMap(\.tags.signature)).makeIterator()
    return reports.map { report in
      let tags = report.tags
      let prefix = tags.signature == nil ? nil : prefixes.next()
      return MethodResult(
        dkim: report.code, reason: report.reason, comment: report.comment,
        properties: DKIMProperties(
          domain: tags.domain, identity: tags.identity, algorithm: tags.algorithm, selector: tags.selector,
          signature: includingPrefix ? prefix : nil))
    }
  }
}

extension VerificationResult.KeyLookupSummary {
  /// The key in OpenDKIM's wording, such as `2048-bit key; unprotected`, with a note if the domain is testing DKIM.
  package var comment: String? {
    record.map { record in
      "\(record.keyBits)-bit key; \(secure ? "secure" : "unprotected")" + (record.isTesting ? "; testing" : "")
    }
  }
}
