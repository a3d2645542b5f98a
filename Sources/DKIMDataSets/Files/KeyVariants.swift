internal import DKIMConfiguration

/// The variants of a key that are looked up, one after another.
struct KeyVariants: Sendable {
  /// Whether the key is also looked up in lower case.
  let foldsCase: Bool
  /// Whether stored keys may end with a NUL, and whether they may lack it.
  let hasNUL: Bool
  let lacksNUL: Bool

  /// Returns the row of the first variant for which `find` has a value.
  func row(
    for key: String, _ find: (Span<UInt8>) throws(DataSetError) -> String?
  ) throws(DataSetError) -> [DataSetRow] {
    if let found = try value(of: key, find) { return [DataSetRow(key: key, value: .text(found), location: nil)] }
    guard foldsCase else { return [] }
    let folded = TextBytes.folded(key)
    guard folded != key, let found = try value(of: folded, find) else { return [] }
    return [DataSetRow(key: folded, value: .text(found), location: nil)]
  }

  private func value(
    of key: String, _ find: (Span<UInt8>) throws(DataSetError) -> String?
  ) throws(DataSetError) -> String? {
    if lacksNUL, let found = try find(key.utf8.span) { return found }
    return hasNUL ? try find((key + "\0").utf8.span) : nil
  }
}
