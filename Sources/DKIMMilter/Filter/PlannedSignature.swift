import DKIMConfiguration
import DKIMCore

/// A signature to make if nothing else in the message or the configuration prevents it.
struct PlannedSignature: Sendable {
  let domain: DomainName
  let selector: Selector
  let key: SigningKey
  var identity: Identity?
  /// The body length that a script wants; `nil`: as the settings say.
  var bodyLength: SignedBodyLength?
  /// The tags that a script adds.
  var extensionTags: [(name: String, value: String)] = []

  /// Returns the request for the signature.
  /// - Parameter length: how much of the body is signed, if `l=` is used.
  func request(_ rules: SigningRules, length: SignedBodyLength?) throws(SigningError) -> SigningRequest {
    var request = try SigningRequest(
      domain: domain, selector: selector, key: key, oversignedHeaders: rules.oversignHeaders, identity: identity,
      lifetime: rules.signatureTTL)
    request.canonicalization = rules.canonicalization
    request.signedHeaders = rules.signedHeaders
    request.bodyLength = bodyLength ?? length
    for tag in extensionTags { _ = request.addExtensionTag(tag.name, tag.value) }
    request.copiesHeaders = rules.diagnostics
    request.requestsReports = rules.requestReports
    return request
  }

  /// The main tags of the signature to be made.
  func tags(_ rules: SigningRules, length: SignedBodyLength?) -> String {
    var parts = [
      "a=\(SigningAlgorithm(key.type).rawValue)", "d=\(domain)", "s=\(selector)", "c=\(rules.canonicalization)",
      "\(key.bits)-bit key",
    ]
    if let identity { parts.append("i=\(identity)") }
    if let lifetime = rules.signatureTTL { parts.append("x=t+\(lifetime.wholeSeconds)") }
    if bodyLength ?? length != nil { parts.append("with l=") }
    return parts.joined(separator: " ")
  }
}
