import DKIMCore

/// Verifies new signatures before they are printed, each with the public half of the key that made it.
///
/// The message is verified as a receiver sees it: with the new field at the top.
struct SignatureCheck {
  private let message: ParsedMessage
  private let time: Timestamp

  /// - Parameters:
  ///   - message: the message before it was signed, with CRLF line endings.
  ///   - time: the time of the signature.
  init(_ message: [UInt8], at time: Timestamp) {
    self.message = ParsedMessage(message)
    self.time = time
  }

  /// Returns why `dkimtool verify` would not accept the signature; `nil` if it would.
  func refusal(of field: SignatureField, by request: SigningRequest) throws(KeyRecordError) -> String? {
    let record = Array(try PublishableKeyRecord(request.key).text.utf8)
    let header = ParsedMessage(field.bytes + message.bytes[..<message.bodyStart]).header
    var policy = VerificationPolicy.tolerant
    // The new field is the first one; other signatures in the message do not matter.
    policy.maximumSignatures = 1
    var session = Verifier(policy: policy).begin(header, at: time)
    for query in session.pendingQueries { session.supply(.records([record], secure: false), for: query) }
    _ = session.update(body: message.body.span)
    guard let result = session.finish().results.first, result.position == 0 else { return "the new field is not found" }
    return result.outcome == .success ? nil : result.reason
  }
}
