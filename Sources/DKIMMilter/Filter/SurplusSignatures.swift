import DKIMCore

/// Signatures behind those that `MaximumSignaturesToVerify` lets be looked at. A few are told of one by one; of more
/// there is a count, since a message may carry thousands and nobody is to read, or carry on, as many results.
struct SurplusSignatures: Sendable {
  /// So many are told of one by one.
  static let mostListed = 10

  /// Those that are only counted.
  let count: Int
  private let limit: Int

  init(_ results: [VerificationResult]) {
    let all = results.count { Self.limit($0) != nil }
    count = all > Self.mostListed ? all : 0
    limit = results.lazy.compactMap(Self.limit).first ?? 0
  }

  /// The results without those that are only counted.
  func others(_ results: [VerificationResult]) -> [VerificationResult] {
    count > 0 ? results.filter { Self.limit($0) == nil } : results
  }

  /// `nil` where all are told of.
  var text: String? {
    count > 0 ? "\(count) more signatures were not looked at: no more than \(limit) are" : nil
  }

  private static func limit(_ result: VerificationResult) -> Int? {
    guard case .unacceptable(.tooManySignatures(let limit)) = result.outcome else { return nil }
    return limit
  }
}
