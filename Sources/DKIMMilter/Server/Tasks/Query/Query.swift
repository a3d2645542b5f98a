import DKIMConfiguration

/// One question of `-Q`: `KEY/FIELDS`.
struct Query: Sendable, Hashable {
  let key: String
  /// How many fields are asked for; with none it is only asked whether the key is there.
  let fields: Int

  /// No table has more.
  static let mostFields = 100

  /// `nil` where the number is missing or makes no sense. A key may hold slashes.
  init?(_ line: String) {
    let octets = line.utf8
    guard let slash = octets.lastIndex(of: UInt8(ascii: "/")),
      let fields = Int(line[octets.index(after: slash)...]), (0...Self.mostFields).contains(fields)
    else { return nil }
    key = String(line[..<slash])
    self.fields = fields
  }

  /// What is said to an answer on standard output.
  func text(of rows: [DataSetRow]) -> String {
    // On standard output too, so that there is something for each question.
    guard let row = rows.first else { return "\(Product.name): dkimf_db_get(): record not found\n" }
    return text(of: row)
  }

  /// `'VALUE'`, `<empty>` or `<absent>`, a field a line.
  func text(of row: DataSetRow) -> String {
    // A key alone, as lists have them, says of every field that it is there.
    guard row.value != nil else { return String(repeating: "''\n", count: fields) }
    let found = row.fields(fields)
    var text = ""
    for index in 0..<fields {
      if index < found.count, let value = found[index] {
        text += value.isEmpty ? "<empty>\n" : "'\(value)'\n"
      } else {
        text += "<absent>\n"
      }
    }
    return text
  }
}
