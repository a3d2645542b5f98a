@testable import DKIMCore

/// Changes that invalidate every signature.
enum Tampering: CaseIterable, Sendable {
  /// One more letter in From.
  case ofFrom
  /// One more letter at the beginning of the body.
  case ofBody

  /// Returns the changed message, or the original one if it has no body.
  func applied(to message: [UInt8]) -> [UInt8] {
    let parsed = ParsedMessage(message)
    let added = [UInt8(ascii: "x")]
    switch self {
    case .ofBody: return message[..<parsed.bodyStart] + added + parsed.body
    case .ofFrom:
      guard let from = parsed.header.positions(of: .from).first else { return message }
      let start = parsed.header.fields[from].valueStart
      return message[..<start] + added + message[start...]
    }
  }
}
