/// The tags with which a third party states on behalf of which author's domain it signs: `atps=` and `atpsh=`.
///
/// The author's domain confirms this in DNS. // RFC 6541 §4.2
public struct ATPSTags: Sendable, Hashable {
  /// The algorithm that converts the domain of the signer into a DNS label.
  public enum Hash: String, Sendable, Hashable, CaseIterable {
    /// SHA-256.
    case sha256
    /// SHA-1, which is harmless here: the hash only makes names short.
    case sha1
    /// No hash: the domain itself is part of the name.
    case none
  }

  /// `atps=`: the domain of the author.
  public let author: DomainName
  /// `atpsh=`: the hash; `nil` if the tag is missing or names an unknown algorithm.
  public let hash: Hash?

  /// Creates the tags for a signature.
  public init(author: DomainName, hash: Hash) {
    self.init(author: author, hash: .some(hash))
  }

  /// Creates the tags that were read from a signature.
  init(author: DomainName, hash: Hash?) {
    self.author = author
    self.hash = hash
  }
}
