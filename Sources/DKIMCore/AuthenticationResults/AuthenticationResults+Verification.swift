extension AuthenticationResults {
  /// Creates the results of a verification: one `dkim=` result for each signature, in the order of the message, or
  /// `dkim=none` if the message is not signed. // RFC 8601 §2.7.1
  ///
  /// - Parameters:
  ///   - authservID: the name of the host or organization that verified the message.
  ///   - report: the report about one message. If its header was cut off before the first signature, the result is
  ///     `dkim=policy`.
  public init(authservID: String, report: VerificationReport) {
    let prefixes = SignaturePrefix.prefixes(of: report.results.compactMap(\.tags.signature))
    var next = prefixes.makeIterator()
    var methods: [MethodResult] = []
    for result in report.results {
      let signature = result.tags.signature == nil ? nil : next.next()
      methods.append(MethodResult(result, signature: signature))
    }
    if methods.isEmpty {
      let unseen = report.headerExcess.map { MethodResult(dkim: .policy, reason: $0.unseenSignatures) }
      methods.append(unseen ?? MethodResult(dkim: .none))
    }
    self.init(authservID: authservID, results: methods)
  }
}

extension MethodResult {
  /// - Parameter signature: the prefix of `b=` that distinguishes the signature from the others of the message.
  fileprivate init(_ result: VerificationResult, signature: String?) {
    let tags = result.tags
    self.init(
      dkim: result.code, reason: result.code == .pass ? nil : result.outcome.publicReason,
      comment: result.key?.comment,
      properties: DKIMProperties(
        domain: tags.domain, identity: tags.identity, algorithm: tags.algorithm, selector: tags.selector,
        signature: signature))
  }
}

extension VerificationResult.KeyLookupSummary {
  /// The key in OpenDKIM's wording, such as `2048-bit key; unprotected`, with a note if the domain is testing DKIM.
  fileprivate var comment: String? {
    record.map { record in
      "\(record.keyBits)-bit key; \(secure ? "secure" : "unprotected")" + (record.isTesting ? "; testing" : "")
    }
  }
}
