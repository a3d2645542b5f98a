import DKIMCore

/// A count of the Authentication-Results fields, including those after the header size limit. Fields past the limit are
/// not read, so they must not be trusted.
struct ResultFieldsPastLimit: Sendable {
  /// The number of all fields of that name.
  private(set) var count: UInt32 = 0
  /// The number of fields before the limit was reached.
  private(set) var kept: UInt32 = 0

  mutating func note(_ name: Span<UInt8>, isLate: Bool) {
    guard name.count == AuthenticationResults.fieldName.utf8.count,
      string(name).lowercased() == AuthenticationResults.fieldName.lowercased(), count < .max
    else { return }
    count += 1
    if !isLate { kept = count }
  }

  /// The most fields that are deleted one by one.
  private static let maximum = 10_000

  /// True if there are more fields past the limit than can be deleted.
  private var areTooMany: Bool { count - kept > Self.maximum }

  /// The reason why forged fields cannot be deleted; `nil` if they can.
  var obstacle: String? {
    if areTooMany { return "there are too many Authentication-Results fields to remove" }
    return isHidden ? "an Authentication-Results field is hidden after a line end within another field" : nil
  }

  /// True if an Authentication-Results field follows a bare CR or LF in the value of another field: the filter does not
  /// treat it as a field, but many readers do.
  private var isHidden = false

  mutating func look(into value: Span<UInt8>) {
    guard !isHidden, value.count > Self.name.count else { return }
    for start in 1..<(value.count - Self.name.count) where value[start - 1] == 0x0D || value[start - 1] == 0x0A {
      if Self.begins(value, start) { isHidden = true }
    }
  }

  private static let name = Array(AuthenticationResults.fieldName.lowercased().utf8)

  /// Returns true if the field name, in any letter case, and a colon begin at `start`.
  private static func begins(_ value: Span<UInt8>, _ start: Int) -> Bool {
    for i in name.indices {
      let byte = value[start + i]
      guard byte == name[i] || byte | 0x20 == name[i] && byte &- 0x41 < 26 else { return false }
    }
    var next = start + name.count
    while next < value.count, value[next] == 0x20 || value[next] == 0x09 { next += 1 }
    return next < value.count && value[next] == 0x3A
  }

  /// The numbers of the fields past the limit, from the last to the first.
  var late: [UInt32] { kept < count && !areTooMany ? (kept + 1...count).reversed() : [] }
}
