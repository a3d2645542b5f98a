import DKIMConfiguration
import DKIMCore

/// The output of `dkimtool query`.
enum QueryReport {
  // MARK: Text

  static func text(_ answer: QueryAnswer) -> String {
    let time = milliseconds(answer.time)
    var lines: [String]
    if answer.isFound {
      lines = ["\(answer.key): found in \(time)"]
    } else if let error = answer.error {
      lines = ["\(answer.key): lookup failed: \(error) (\(time))"]
    } else {
      lines = ["\(answer.key): not found (\(time))"]
    }
    if !answer.lookedUp.isEmpty { lines.append(labelled("looked up", answer.lookedUp.joined(separator: ", "))) }
    if let row = answer.excludedBy { lines.append(labelled("excluded by", row.key + location(row))) }
    for row in answer.rows {
      lines.append(labelled("row", row.key + location(row)))
      if row.fields.isEmpty { lines.append(labelled("value", "(none)")) }
      for field in row.fields { lines.append(labelled(field.name, shown(field.value))) }
    }
    for miss in answer.nearMisses { lines.append(labelled("near miss", miss)) }
    return lines.map { PrintableText.escaped($0) + "\n" }.joined()
  }

  /// Formats a row of `--all`: key, value and location, separated by tabs.
  static func text(_ row: QueryAnswer.Row) -> String {
    let value = row.fields.map { $0.value ?? "(absent)" }.joined(separator: ":")
    return PrintableText.escaped(row.key) + "\t" + PrintableText.escaped(value)
      + (row.location.map { "\t" + PrintableText.escaped("\($0)") } ?? "") + "\n"
  }

  private static func labelled(_ label: String, _ text: String) -> String {
    "  \(label):" + String(repeating: " ", count: max(12 - label.utf8.count, 1)) + text
  }

  private static func shown(_ value: String?) -> String {
    guard let value else { return "(absent)" }
    return value.isEmpty ? "(empty)" : value
  }

  private static func location(_ row: QueryAnswer.Row) -> String { row.location.map { " (\($0))" } ?? "" }

  /// Formats a time in milliseconds: `0.04 ms`.
  static func milliseconds(_ time: Duration) -> String {
    let hundredths = microseconds(time) / 10
    let rest = hundredths % 100
    return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest) ms"
  }

  private static func microseconds(_ time: Duration) -> Int {
    Int(clamping: time.components.seconds) * 1_000_000 + Int(time.components.attoseconds / 1_000_000_000_000)
  }

  // MARK: JSON

  static func json(_ answer: QueryAnswer) -> [UInt8] {
    var writer = JSONWriter()
    writer.object { json in
      json.name("key")
      json.string(answer.key)
      json.name("found")
      if answer.error == nil { json.bool(answer.isFound) } else { json.null() }
      json.name("lookedUp")
      json.array { json in for key in answer.lookedUp { json.string(key) } }
      json.name("rows")
      json.array { json in for row in answer.rows { add(row, to: &json) } }
      json.name("excludedBy")
      if let row = answer.excludedBy { add(row, to: &json) } else { json.null() }
      json.member("nearMisses", answer.nearMisses)
      json.name("microseconds")
      json.number(microseconds(answer.time))
      json.name("error")
      if let error = answer.error { json.string("\(error)") } else { json.null() }
    }
    writer.newLine()
    return writer.bytes
  }

  static func json(_ row: QueryAnswer.Row) -> [UInt8] {
    var writer = JSONWriter()
    add(row, to: &writer)
    writer.newLine()
    return writer.bytes
  }

  private static func add(_ row: QueryAnswer.Row, to json: inout JSONWriter) {
    json.object { json in
      json.name("key")
      json.string(row.key)
      json.name("fields")
      json.array { json in
        for field in row.fields {
          json.object { json in
            json.name("name")
            json.string(field.name)
            json.name("value")
            if let value = field.value { json.string(value) } else { json.null() }
          }
        }
      }
      json.name("file")
      if let file = row.location?.file { json.string(file) } else { json.null() }
      json.name("line")
      if let line = row.location?.line { json.number(line) } else { json.null() }
    }
  }
}
