import Logging

extension MilterClosure {
  /// The level at which this reason is logged; `nil` if the connection ended as usual.
  var logLevel: Logger.Level? {
    switch self {
    case .quit, .peerClosed, .shutdown: nil
    case .idle: .info
    case .protocolError, .refused, .slowPacket, .slowReader, .failed: .warning
    case .contractViolation: .error
    }
  }
}
