@testable import DKIMCore

/// Compares the fields of a message with those of a reader that works byte by byte. No byte is lost or moved.
enum MessageHeaderTarget {
  static func run(_ input: [UInt8]) {
    let (fields, expectedStart) = Naive.header(input)
    let message = ParsedMessage(input, limits: MessageHeader.Limits(bytes: .max, fields: .max))
    let (header, bodyStart) = (message.header, message.bodyStart)
    require(bodyStart == expectedStart, "the body begins at \(bodyStart), not at \(expectedStart)")
    require(header.excess == nil, "a limit is reported although none was set")
    require(header.fields.map { $0.start..<$0.end } == fields, "the fields have other boundaries")
    require(header.bytes == Array(input[..<(fields.last?.upperBound ?? 0)]), "the bytes were changed")
    let names = fields.map { Naive.fieldName(Array(input[$0])) }
    for (i, name) in names.enumerated() { check(header, i, name: name) }
    checkPositions(header, names)
    checkIndex(header, names)
    checkLimits(input, header, bodyStart: bodyStart)
  }

  private static func check(_ header: MessageHeader, _ i: Int, name: [UInt8]?) {
    let extent = header.fields[i]
    require(header.name(of: i)?.lowercased() == name.map { String(decoding: $0, as: UTF8.self) }, "another name")
    if name == nil {
      require(
        extent.nameEnd == extent.start && extent.valueStart == extent.start,
        "a field without a name has the end of a name")
      return
    }
    require(header.bytes[extent.valueStart - 1] == UInt8(ascii: ":"), "no colon before the value")
    let between = header.bytes[extent.nameEnd..<(extent.valueStart - 1)]
    require(between.allSatisfy(Naive.isWSP), "more than white space before the colon")
    // A filter gets the same field, except for the white space before the colon.
    var copy = MessageHeader(limits: MessageHeader.Limits(bytes: .max, fields: .max))
    let range = header.nameRange(of: i)
    copy.append(name: header.bytes.span.extracting(range), value: header.value(of: i).span)
    require(copy.count == 1 && copy.name(of: 0) == header.name(of: i), "the appended field has another name")
    require(copy.value(of: 0) == header.value(of: i), "the appended field has another value")
  }

  /// Compares all names with each other; skipped for large headers, because it takes quadratic time.
  private static let manyFields = 64

  private static func checkPositions(_ header: MessageHeader, _ names: [[UInt8]?]) {
    guard names.count <= manyFields else { return }
    for case let name? in Set(names) {
      let expected = names.indices.filter { names[$0] == name }
      let text = String(decoding: name, as: UTF8.self)
      guard let upper = try? HeaderFieldName(text.uppercased()), let lower = try? HeaderFieldName(text) else {
        fail("\(text) is not a name")
      }
      require(header.positions(of: lower) == expected, "\(text) is found at other positions")
      require(header.positions(of: upper) == expected, "letter case counts in \(text)")
    }
  }

  /// Searches for names in another order, each once more often than there are fields.
  private static func checkIndex(_ header: MessageHeader, _ names: [[UInt8]?]) {
    guard names.count <= manyFields else { return }
    var index = FieldIndex(header)
    var left = Array(names.indices)
    for name in (names + names).reversed() {
      guard let name else { continue }
      let expected = left.last { names[$0] == name }
      left.removeAll { $0 == expected }
      let found = index.take(name.span, from: header)
      require(found == expected, "found \(String(describing: found)), expected \(String(describing: expected))")
    }
  }

  /// Checks that a limit only removes whole fields at the end.
  private static func checkLimits(_ input: [UInt8], _ header: MessageHeader, bodyStart: Int) {
    guard let last = header.fields.last else { return }
    for limits in [
      MessageHeader.Limits(bytes: last.end / 2, fields: .max),
      MessageHeader.Limits(bytes: .max, fields: header.count / 2),
    ] {
      let message = ParsedMessage(input, limits: limits)
      let cut = message.header
      require(message.bodyStart == bodyStart, "a limit moves the body")
      require(cut.excess != nil || (cut.count == header.count && last.end <= limits.bytes), "a limit is not reported")
      require(cut.count <= limits.fields && cut.bytes.count <= limits.bytes, "a limit is exceeded")
      let kept = cut.fields.map { $0.start..<$0.end }
      require(kept == header.fields.prefix(cut.count).map { $0.start..<$0.end }, "a limit moves fields")
    }
  }
}
