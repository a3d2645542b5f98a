/// Why a DKIM-Signature field is none that can be evaluated. // RFC 6376 §6.1.1
public enum SignatureFieldError: Error, Sendable, Hashable {
  /// Not a list of tags.
  case tagList(TagListError)
  /// `v=` is not 1.
  case incompatibleVersion(String)
  /// A required tag is absent, or empty.
  case missingTag(String)
  /// A value outside its grammar.
  case badValue(tag: String, found: String, expected: String)
  /// `d=`, `s=` or the domain of `i=` is no domain name.
  case badDomain(tag: String, found: String, DomainNameError)
  /// rsa-sha1. // RFC 8301 §3.1
  case obsoleteAlgorithm(String)
  /// Well formed, but none that is implemented.
  case unknownAlgorithm(String)
  case unknownCanonicalization(String)
  /// `q=` without dns/txt.
  case unknownQueryMethod(String)
  /// `i=` is neither `d=` nor below it.
  case domainMismatch(identity: String, domain: String)
  /// `h=` does not name From.
  case fromNotSigned
  /// `x=` is not after `t=`.
  case expiresBeforeSigned(timestamp: Timestamp, expiration: Timestamp)
  /// More names in `h=` than the limit.
  case tooManyHeaderNames(limit: Int)
  /// `s=`, `_domainkey` and `d=` together are no DNS name.
  case queryNameTooLong
}

extension SignatureFieldError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .tagList(let error): "syntax error: \(error)"
    case .incompatibleVersion(let found): "incompatible version: v=\(found), where 1 is the only one"
    case .missingTag(let tag): "signature missing required tag \(tag)="
    case .badValue(let tag, let found, let expected): "syntax error: \(tag)=\(found), expected \(expected)"
    case .badDomain(let tag, let found, let error): "syntax error: \(tag)=\(found) \(error)"
    case .obsoleteAlgorithm(let name): "algorithm \(name) must not be used any more (SHA-1)"
    case .unknownAlgorithm(let name): "unknown algorithm \(name)"
    case .unknownCanonicalization(let name): "unknown canonicalization \(name)"
    case .unknownQueryMethod(let found): "q=\(found) does not offer dns/txt, the only known way to a key"
    case .domainMismatch(let identity, let domain): "domain mismatch: i=\(identity) is not within d=\(domain)"
    case .fromNotSigned: "From field not signed: h= does not name it"
    case .expiresBeforeSigned(let timestamp, let expiration):
      "expires (x=\(expiration)) before it was made (t=\(timestamp))"
    case .tooManyHeaderNames(let limit): "h= names more than \(limit) header fields"
    case .queryNameTooLong: "the name of the key record is longer than a domain name can be"
    }
  }
}
