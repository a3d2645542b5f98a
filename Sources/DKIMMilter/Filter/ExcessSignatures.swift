import DKIMCore

/// The signatures that are not evaluated because of `MaximumSignaturesToVerify`. A few are listed one by one; more are
/// only counted, because a message may have thousands, and that many results would not be useful.
struct ExcessSignatures: Sendable {
  /// The most signatures that are listed one by one.
  static let mostListed = 10

  /// The number of signatures that are only counted.
  let count: Int
  private let limit: Int

  init(_ results: [VerificationResult]) {
    let all = results.count { Self.limit($0) != nil }
    count = all > Self.mostListed ? all : 0
    limit = results.lazy.compactMap(Self.limit).first ?? 0
  }

  /// Returns the results without those that are only counted.
  func others(_ results: [VerificationResult]) -> [VerificationResult] {
    count > 0 ? results.filter { Self.limit($0) == nil } : results
  }

  /// The reason for the signatures that are only counted; `nil` if all are listed.
  var text: String? {
    count > 0 ? "\(count) more signatures were not evaluated: the limit is \(limit)" : nil
  }

  private static func limit(_ result: VerificationResult) -> Int? {
    guard case .unacceptable(.tooManySignatures(let limit)) = result.outcome else { return nil }
    return limit
  }
}
