@testable import DKIMCore

/// Changes that invalidate every signature.
enum Tampering: CaseIterable, Sendable {
  /// One more letter in From.
  case ofFrom
  /// One more letter at the beginning of the body.
  case ofBody

  /// Returns the changed message, or the original one if it has no body.
  func applied(to message: [UInt8]) -> [UInt8] {
    var bodyStart = 0
    let header = MessageHeader(message: message.span, bodyStart: &bodyStart)
    let added = [UInt8(ascii: "x")]
    switch self {
    case .ofBody: return message[..<bodyStart] + added + message[bodyStart...]
    case .ofFrom:
      guard let from = header.positions(of: .from).first else { return message }
      let start = header.fields[from].valueStart
      return message[..<start] + added + message[start...]
    }
  }
}
