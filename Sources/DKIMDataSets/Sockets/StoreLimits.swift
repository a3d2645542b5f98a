/// Limits on the data from a server.
enum StoreLimits {
  /// Maximum length of a value in bytes.
  static let longestValue = 1 << 20
  /// Maximum size of all values in a listing; bytes.
  static let largestWalk = 64 << 20
}
