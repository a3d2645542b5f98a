/// How much a header or a body may change on its way without breaking a signature. // RFC 6376 §3.4
public enum CanonicalizationAlgorithm: String, Sendable, Hashable, CaseIterable {
  case simple
  case relaxed
}

/// The `c=` tag: one algorithm for the header, one for the body. // RFC 6376 §3.5
public struct Canonicalization: Sendable, Hashable {
  public var header: CanonicalizationAlgorithm
  public var body: CanonicalizationAlgorithm

  public init(header: CanonicalizationAlgorithm, body: CanonicalizationAlgorithm) {
    self.header = header
    self.body = body
  }

  public static let simple = Canonicalization(header: .simple, body: .simple)
  public static let relaxed = Canonicalization(header: .relaxed, body: .relaxed)

  /// `simple`, `relaxed`, `relaxed/simple`, ...; where only the header's is given the body's is simple.
  public init?(_ text: String) {
    let parts = text.lowercased().split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count <= 2, let header = CanonicalizationAlgorithm(rawValue: String(parts[0])) else { return nil }
    guard parts.count == 2 else {
      self.init(header: header, body: .simple)
      return
    }
    guard let body = CanonicalizationAlgorithm(rawValue: String(parts[1])) else { return nil }
    self.init(header: header, body: body)
  }
}

extension Canonicalization: CustomStringConvertible {
  public var description: String { header.rawValue + "/" + body.rawValue }
}
