import DKIMCore

/// What a result means, in sentences that an administrator can act on.
enum Explanation {
  static func sentences(_ result: VerificationResult, at time: Timestamp) -> [String] {
    []
  }
}
