extension MilterClosure {
  /// How severe the end of a connection is. The raw values are names of log levels.
  package enum Severity: String, Sendable {
    case info, warning, error
  }

  /// How severe this reason is; `nil` if the connection ended as usual.
  package var severity: Severity? {
    switch self {
    case .quit, .peerClosed, .shutdown: nil
    case .idle: .info
    case .protocolError, .refused, .slowPacket, .slowReader, .failed: .warning
    case .contractViolation: .error
    }
  }
}
