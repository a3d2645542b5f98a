/// The reason why a DKIM-Signature field cannot be evaluated. // RFC 6376 §6.1.1
public enum SignatureFieldError: Error, Sendable, Hashable {
  /// Not a list of tags.
  case tagList(TagListError)
  /// `v=` is not 1.
  case incompatibleVersion(String)
  /// A required tag is absent, or empty.
  case missingTag(String)
  /// A value that does not follow the grammar.
  case badValue(tag: String, found: String, expected: String)
  /// `d=`, `s=` or the domain of `i=` is not a domain name.
  case badDomain(tag: String, found: String, DomainNameError)
  /// rsa-sha1. // RFC 8301 §3.1
  case obsoleteAlgorithm(String)
  /// A well-formed but unsupported algorithm.
  case unknownAlgorithm(String)
  /// `c=` names an unknown canonicalization.
  case unknownCanonicalization(String)
  /// `q=` without dns/txt.
  case unknownQueryMethod(String)
  /// The domain of `i=` is neither `d=` nor a subdomain of it.
  case domainMismatch(identity: String, domain: String)
  /// `h=` does not name From.
  case fromNotSigned
  /// `x=` is not after `t=`.
  case expiresBeforeSigned(timestamp: Timestamp, expiration: Timestamp)
  /// `h=` has more names than the limit.
  case tooManyHeaderNames(limit: Int)
  /// `s=`, `_domainkey` and `d=` do not form a valid DNS name.
  case queryNameTooLong
}

extension SignatureFieldError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .tagList(let error): "syntax error: \(error)"
    case .incompatibleVersion(let found): "incompatible version: v=\(found) (expected 1)"
    case .missingTag(let tag): "signature missing required tag \(tag)="
    case .badValue(let tag, let found, let expected): "syntax error: \(tag)=\(found), expected \(expected)"
    case .badDomain(let tag, let found, let error): "syntax error: \(tag)=\(found) \(error)"
    case .obsoleteAlgorithm(let name): "algorithm \(name) is obsolete and must not be used (SHA-1)"
    case .unknownAlgorithm(let name): "unknown algorithm \(name)"
    case .unknownCanonicalization(let name): "unknown canonicalization \(name)"
    case .unknownQueryMethod(let found): "q=\(found) does not include dns/txt, the only supported query method"
    case .domainMismatch(let identity, let domain): "domain mismatch: i=\(identity) is not within d=\(domain)"
    case .fromNotSigned: "From field not signed: h= does not include it"
    case .expiresBeforeSigned(let timestamp, let expiration):
      "expiration (x=\(expiration)) is not after the signing time (t=\(timestamp))"
    case .tooManyHeaderNames(let limit): "h= names more than \(limit) header fields"
    case .queryNameTooLong: "the name of the key record is too long for a domain name"
    }
  }
}
