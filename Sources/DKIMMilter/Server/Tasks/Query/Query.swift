import DKIMConfiguration

/// One lookup of `-Q`: `KEY/FIELDS`.
struct Query: Sendable, Hashable {
  let key: String
  /// The number of fields to print; with 0, only the existence of the key is checked.
  let fields: Int

  /// The most fields that can be requested; no table has more.
  static let mostFields = 100

  /// Returns `nil` if the number is missing or invalid. A key may contain slashes.
  init?(_ line: ArraySlice<UInt8>) {
    guard let slash = line.lastIndex(of: UInt8(ascii: "/")),
      let fields = Int(String(decoding: line[(slash + 1)...], as: UTF8.self)), (0...Self.mostFields).contains(fields)
    else { return nil }
    key = String(decoding: line[..<slash], as: UTF8.self)
    self.fields = fields
  }

  private static let notFound = Array("\(ProgramName.current.rawValue): dkimf_db_get(): record not found\n".utf8)
  private static let absent = Array("<absent>\n".utf8)
  private static let empty = Array("<empty>\n".utf8)
  private static let nothing = Array("''\n".utf8)
  private static let quote = UInt8(ascii: "'")
  private static let end = Array("'\n".utf8)

  /// Appends the output for a result: `'VALUE'`, `<empty>` or `<absent>`, one line per field.
  func say(_ rows: [DataSetRow], on output: inout [UInt8]) {
    // The error is printed on standard output, so that there is output for each lookup.
    guard let row = rows.first else { return output += Self.notFound }
    switch row.value {
    // For a row without a value, as in lists, every field exists.
    case nil: for _ in 0..<fields { output += Self.nothing }
    case .text(let text): say(text, on: &output)
    case .columns(let columns): say(columns, on: &output)
    }
  }

  /// Splits a text at colons from the left; the last field is the rest. This works like ``DataSetRow/fields(_:)``, but
  /// does not create a string for each field.
  private func say(_ text: String, on output: inout [UInt8]) {
    guard fields > 0 else { return }
    var rest = Array(text.utf8)[...]
    var count = 1
    while count < fields, let colon = rest.firstIndex(of: UInt8(ascii: ":")) {
      say(rest[..<colon], on: &output)
      rest = rest[(colon + 1)...]
      count += 1
    }
    say(rest, on: &output)
    for _ in count..<fields { output += Self.absent }
  }

  private func say(_ columns: [String?], on output: inout [UInt8]) {
    for index in 0..<fields {
      guard index < columns.count, let value = columns[index] else {
        output += Self.absent
        continue
      }
      say(Array(value.utf8)[...], on: &output)
    }
  }

  private func say(_ value: ArraySlice<UInt8>, on output: inout [UInt8]) {
    guard !value.isEmpty else { return output += Self.empty }
    output.append(Self.quote)
    output += value
    output += Self.end
  }
}
