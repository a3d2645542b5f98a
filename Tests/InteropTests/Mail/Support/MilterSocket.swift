import Testing

/// The kind of socket between Postfix and the milter.
enum MilterSocket: String, Sendable, CaseIterable, CustomTestStringConvertible {
  case tcp
  /// A unix socket below the queue directory of a Postfix in a chroot there.
  case unix

  var testDescription: String { rawValue }
}
