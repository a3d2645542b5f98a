import Testing

/// How Postfix and the milter speak with each other.
enum MilterSocket: String, Sendable, CaseIterable, CustomTestStringConvertible {
  case tcp
  /// Below the queue directory of a Postfix that has shut itself into it.
  case unix

  var testDescription: String { rawValue }
}
