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
  private var areTooMany: Bool { count - kept > Self.maximum }

  /// What keeps forged fields from being taken out.
  var obstacle: String? {
    if areTooMany { return "there are too many Authentication-Results fields to take out" }
    return isHidden ? "an Authentication-Results field hides behind a line end within another field" : nil
  }

  /// One stands behind a CR or LF alone in the value of another field: no field to us, and one to many a reader.
  private var isHidden = false

  mutating func look(into value: Span<UInt8>) {
    guard !isHidden, value.count > Self.name.count else { return }
    for start in 1..<(value.count - Self.name.count) where value[start - 1] == 0x0D || value[start - 1] == 0x0A {
      if Self.begins(value, start) { isHidden = true }
    }
  }

  private static let name = Array(AuthenticationResults.fieldName.lowercased().utf8)

  /// The name of the field, in any case, and its colon.
  private static func begins(_ value: Span<UInt8>, _ start: Int) -> Bool {
    for i in name.indices {
      let octet = value[start + i]
      guard octet == name[i] || octet | 0x20 == name[i] && octet &- 0x41 < 26 else { return false }
    }
    var next = start + name.count
    while next < value.count, value[next] == 0x20 || value[next] == 0x09 { next += 1 }
    return next < value.count && value[next] == 0x3A
  }

  /// The numbers of the fields behind the cut, from the last to the first.
  var late: [UInt32] { kept < count && !areTooMany ? (kept + 1...count).reversed() : [] }
}
