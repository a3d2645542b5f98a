/// A canonicalization algorithm, which determines how much a header or a body may change in transit without breaking a
/// signature. // RFC 6376 §3.4
public enum CanonicalizationAlgorithm: String, Sendable, Hashable, CaseIterable {
  /// Tolerates almost no modification.
  case simple
  /// Tolerates common changes of white space; in the header also of line folding and of letter case in field names.
  case relaxed
}

/// The `c=` tag: one algorithm for the header, one for the body. // RFC 6376 §3.5
public struct Canonicalization: Sendable, Hashable {
  /// The algorithm for the header.
  public var header: CanonicalizationAlgorithm
  /// The algorithm for the body.
  public var body: CanonicalizationAlgorithm

  /// Creates a pair of algorithms.
  public init(header: CanonicalizationAlgorithm, body: CanonicalizationAlgorithm) {
    self.header = header
    self.body = body
  }

  /// `simple/simple`
  public static let simple = Canonicalization(header: .simple, body: .simple)
  /// `relaxed/relaxed`
  public static let relaxed = Canonicalization(header: .relaxed, body: .relaxed)

  /// Parses `simple`, `relaxed`, `relaxed/simple` and so on, ignoring letter case. If only the header's algorithm is
  /// given, the body's is simple.
  public init?(_ text: String) {
    let bytes = Array(text.utf8)
    self.init(bytes.span)
  }

  init?(_ text: Span<UInt8>) {
    let slash = text.indices.first { text[$0] == UInt8(ascii: "/") }
    guard let header = Self.algorithm(text.extracting(first: slash ?? text.count)) else { return nil }
    guard let slash else {
      self.init(header: header, body: .simple)
      return
    }
    guard let body = Self.algorithm(text.extracting((slash + 1)..<text.count)) else { return nil }
    self.init(header: header, body: body)
  }

  private static func algorithm(_ word: Span<UInt8>) -> CanonicalizationAlgorithm? {
    Bytes.equal(word, ignoringCase: "relaxed")
      ? .relaxed : Bytes.equal(word, ignoringCase: "simple") ? .simple : nil
  }
}

extension Canonicalization: CustomStringConvertible {
  public var description: String { header.rawValue + "/" + body.rawValue }
}
