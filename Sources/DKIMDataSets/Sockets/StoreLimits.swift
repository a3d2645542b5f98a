/// How much a server may say.
enum StoreLimits {
  /// Octets of a value.
  static let longestValue = 1 << 20
  /// Octets of all values of a walk.
  static let largestWalk = 64 << 20
}
