/// The rows of a text data set, stored as ranges of the text.
struct TextRows: Sendable {
  private struct Row {
    var key: Range<UInt32>
    var value: Range<UInt32>?
    var line: UInt32
  }

  private let bytes: [UInt8]
  private var rows: [Row] = []
  /// The file of the rows, or the file and line of the list.
  private let location: FileLocation?
  private let hasLines: Bool

  var count: Int { rows.count }

  /// Parses lines of the form `key [value]`. `#` starts a comment anywhere; white space at both ends is ignored.
  init(lines bytes: [UInt8], file: String) {
    self.bytes = bytes
    location = FileLocation(file: file)
    hasLines = true
    // Skip a byte order mark.
    var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    var line: UInt32 = 1
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
      readLine(start..<end, line)
      start = end + 1
      line += 1
    }
  }

  /// Parses a list of the form `key[=value], key[=value]`.
  init(list: String, location: FileLocation?) {
    bytes = Array(list.utf8)
    self.location = location
    hasLines = false
    var start = 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: UInt8(ascii: ",")) ?? bytes.count
      let entry = TextBytes.trimmed(bytes, start..<end)
      if !entry.isEmpty {
        let equals = bytes[entry].firstIndex(of: UInt8(ascii: "="))
        append(
          key: TextBytes.trimmed(bytes, entry.lowerBound..<(equals ?? entry.upperBound)),
          value: equals.map { TextBytes.trimmed(bytes, $0 + 1..<entry.upperBound) })
      }
      start = end + 1
    }
  }

  private mutating func readLine(_ whole: Range<Int>, _ line: UInt32) {
    let end = bytes[whole].firstIndex(of: UInt8(ascii: "#")) ?? whole.upperBound
    let text = TextBytes.trimmed(bytes, whole.lowerBound..<end)
    guard !text.isEmpty else { return }
    let keyEnd = bytes[text].firstIndex(where: TextBytes.isBlank) ?? text.upperBound
    let value = TextBytes.trimmed(bytes, keyEnd..<text.upperBound)
    append(key: text.lowerBound..<keyEnd, value: value.isEmpty ? nil : value, line: line)
  }

  private mutating func append(key: Range<Int>, value: Range<Int>?, line: UInt32 = 0) {
    rows.append(
      Row(
        key: UInt32(key.lowerBound)..<UInt32(key.upperBound),
        value: value.map { UInt32($0.lowerBound)..<UInt32($0.upperBound) }, line: line))
  }

  func key(_ index: Int) -> ArraySlice<UInt8> {
    let range = rows[index].key
    return bytes[Int(range.lowerBound)..<Int(range.upperBound)]
  }

  func hasValue(_ index: Int) -> Bool { rows[index].value != nil }

  func location(_ index: Int) -> FileLocation? {
    guard hasLines, let location else { return location }
    return FileLocation(file: location.file, line: Int(rows[index].line))
  }

  func row(_ index: Int) -> DataSetRow {
    let value = rows[index].value.map {
      DataSetRow.Value.text(String(decoding: bytes[Int($0.lowerBound)..<Int($0.upperBound)], as: UTF8.self))
    }
    return DataSetRow(key: String(decoding: key(index), as: UTF8.self), value: value, location: location(index))
  }

  func all() -> [DataSetRow] { rows.indices.map { row($0) } }
}
