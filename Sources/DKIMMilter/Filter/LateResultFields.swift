import DKIMCore

/// Counts Authentication-Results fields also behind the place where a header section was cut: what is not looked at
/// there is not to be believed either.
struct LateResultFields: Sendable {
  /// All fields of that name.
  private(set) var count: UInt32 = 0
  /// Those in front of the cut.
  private(set) var kept: UInt32 = 0

  mutating func note(_ name: Span<UInt8>, isLate: Bool) {
    guard name.count == AuthenticationResults.fieldName.utf8.count,
      FieldText.string(name).lowercased() == AuthenticationResults.fieldName.lowercased(), count < .max
    else { return }
    count += 1
    if !isLate { kept = count }
  }

  /// As many fields as are taken out one by one.
  private static let maximum = 10_000

  /// More stand behind the cut than can be taken out.
  var areTooMany: Bool { count - kept > Self.maximum }

  /// The numbers of the fields behind the cut, from the last to the first.
  var late: [UInt32] { kept < count && !areTooMany ? (kept + 1...count).reversed() : [] }
}
