internal import DKIMConfiguration

/// Under which spellings a key is looked up, one after the other.
struct KeySpellings: Sendable {
  /// Whether keys in lower case are found by any spelling.
  let foldsCase: Bool
  /// Whether a NUL may stand behind keys, and whether there may be none.
  let hasNUL: Bool
  let lacksNUL: Bool

  /// The first spelling that `find` has a value for.
  func row(
    for key: String, _ find: (Span<UInt8>) throws(DataSetError) -> String?
  ) throws(DataSetError) -> [DataSetRow] {
    if let found = try value(of: key, find) { return [DataSetRow(key: key, value: .text(found), place: nil)] }
    guard foldsCase else { return [] }
    let folded = TextOctets.folded(key)
    guard folded != key, let found = try value(of: folded, find) else { return [] }
    return [DataSetRow(key: folded, value: .text(found), place: nil)]
  }

  private func value(
    of key: String, _ find: (Span<UInt8>) throws(DataSetError) -> String?
  ) throws(DataSetError) -> String? {
    if lacksNUL, let found = try find(key.utf8.span) { return found }
    return hasNUL ? try find((key + "\0").utf8.span) : nil
  }
}
