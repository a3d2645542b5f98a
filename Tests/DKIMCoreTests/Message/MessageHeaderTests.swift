@testable import DKIMCore
import Testing

@Suite struct MessageHeaderTests {
  @Test func `values can be replaced, and fields left out`() throws {
    let header = ParsedMessage(Array("A: one\r\nB:two\r\nC: three\r\n\r\n".utf8)).header
    let changed = header.replacingValues([0: Array(" 1".utf8), 1: Array("2".utf8)], removing: [2])
    let values = (0..<changed.count).map { String(decoding: changed.value(of: $0), as: UTF8.self) }
    #expect(values == [" 1", "2"], "\(values)")
    #expect((0..<changed.count).map { changed.name(of: $0) } == ["A", "B"])
  }

  private func header(_ text: String, limits: MessageHeader.Limits = .init()) -> (MessageHeader, body: String) {
    let message = ParsedMessage(Array(text.utf8), limits: limits)
    return (message.header, String(decoding: message.body, as: UTF8.self))
  }

  @Test func `fields and body`() {
    let (header, body) = header("From: a\r\nX:\r\n\tfolded\r\n\r\nbody\r\n")
    #expect(header.count == 2)
    #expect(header.name(of: 0) == "From")
    #expect(header.value(of: 0) == Array(" a".utf8))
    #expect(header.value(of: 1) == Array("\r\n\tfolded".utf8))
    #expect(body == "body\r\n")
  }

  @Test(arguments: [
    ("", 0, ""), ("\r\n", 0, ""), ("\r\nbody", 0, "body"), ("A: b", 1, ""), ("A: b\r\n", 1, ""),
    ("A: b\r\n\r\n", 1, ""), ("A: b\r\n\r\nA: c\r\n", 1, "A: c\r\n"), ("A: b\n\nc\r\n\r\nd", 1, "d"),
  ])
  func edges(_ text: String, _ count: Int, _ body: String) {
    let (header, rest) = header(text)
    #expect(header.count == count)
    #expect(rest == body)
  }

  @Test(arguments: ["no colon", "From alice@example.com Thu 10:00", " starts with a space", ":", "Ä: b", "X\u{7F}Y: v"])
  func `a line that is not a field has no name`(_ line: String) {
    let (header, _) = header("From: a\r\n" + line + "\r\n\r\n")
    #expect(header.positions(of: "From") == [0])
    if header.count == 2 { #expect(header.name(of: 1) == nil) }
  }

  @Test func `names are found without regard to letter case`() {
    let (header, _) = header("TO: a\r\nto : b\r\nToo: c\r\nTo: d\r\n\r\n")
    #expect(header.positions(of: "tO") == [0, 1, 3])
    #expect(header.positions(of: "cc").isEmpty)
  }

  @Test func `limits are kept`() {
    let text = String(repeating: "A: b\r\n", count: 50)
    let (many, body) = header(text + "\r\nbody", limits: .init(bytes: 1000, fields: 10))
    #expect(many.count == 10)
    #expect(many.excess == .fields(limit: 10))
    #expect(body == "body")
    let (long, _) = header(text + "\r\n", limits: .init(bytes: 100, fields: 100))
    #expect(long.excess == .bytes(limit: 100))
    #expect(long.count == 17)
  }

  @Test func `field by field`() {
    var built = MessageHeader(limits: .init(bytes: 30, fields: 3))
    let (name, value) = (Array("Subject".utf8), Array(" hi\r\n there".utf8))
    built.append(name: name.span, value: value.span)
    #expect(built.name(of: 0) == "Subject")
    #expect(built.value(of: 0) == value)
    built.append(name: name.span, value: value.span)
    #expect(built.excess == .bytes(limit: 30))
    #expect(built.count == 1)
    var few = MessageHeader(limits: .init(bytes: 1000, fields: 1))
    few.append(name: name.span, value: value.span)
    few.append(name: name.span, value: value.span)
    #expect(few.excess == .fields(limit: 1))
    #expect("\(few.excess, default: "")".contains("1 fields"))
  }

  /// A From field after any kind of line break within another field is counted.
  @Test(arguments: [
    ("y\nFrom: b", 2), ("y\rFrom: b", 2), ("y\r\nFrom: b", 2), ("y\r\n z\r\nfrom : b\r\nFROM:c", 3),
    ("y\r\n From: b", 1), ("y\r\n\tFrom: b\r\n", 1), ("y\r\nFromage: b", 1), ("y", 1),
  ])
  func `fields within a value`(_ value: String, _ count: Int) {
    var built = MessageHeader()
    built.append(name: Array("X".utf8).span, value: Array((" " + value).utf8).span)
    built.append(name: Array("From".utf8).span, value: Array(" a".utf8).span)
    built.append(name: Array("Y".utf8).span, value: Array(" folded\r\n value".utf8).span)
    #expect(built.fromCount(built.defects) == count)
    #expect(built.positions(of: "From") == [1])
  }

  @Test func `fields are deleted from the bottom up`() {
    let (header, _) = header("A: 1\r\nB: 2\r\na: 3\r\nA: 4\r\n\r\n")
    var index = FieldIndex(header)
    let name = Array("A".utf8)
    #expect(index.take(name.span, from: header) == 3)
    #expect(index.take(name.span, from: header) == 2)
    #expect(index.take(name.span, from: header) == 0)
    #expect(index.take(name.span, from: header) == nil)
    let other = Array("b".utf8)
    #expect(index.take(other.span, from: header) == 1)
    let absent = Array("c".utf8)
    #expect(index.take(absent.span, from: header) == nil)
  }

  static let faultyBodies: [(String, MessageDefects)] = [
    ("a\r\nb\r\n", []), ("a\rb", .bareCR), ("a\nb", .bareLF), ("\n", .bareLF), ("\r", .bareCR),
    ("a\0", .nul), ("\r\r\n", .bareCR), ("\r\n\n", .bareLF), ("\0\r\n\n\r", [.nul, .bareLF, .bareCR]),
  ]

  @Test(arguments: faultyBodies)
  func `body defects`(_ text: String, _ expected: MessageDefects) {
    // Before a line that is long enough for the defect to occur at every position in a vector.
    for padding in 0..<140 {
      let bytes = Array((String(repeating: "x", count: padding) + text).utf8)
      for cut in [0, 1, bytes.count / 2, max(bytes.count - 1, 0), bytes.count] {
        var finder = MessageDefectFinder()
        finder.update(bytes.span.extracting(first: cut))
        finder.update(bytes.span.extracting(cut..<bytes.count))
        #expect(finder.finish() == expected, "padding \(padding), cut \(cut)")
      }
    }
  }

  @Test func `a field is inserted, and others are removed`() {
    let (header, _) = header("From: a\r\nX: 1\r\n\tfold\r\nno field\r\nx : 2\r\nTo: b\r\n\r\n")
    let changed = header.inserting((name: "New", value: Array(" n".utf8)), removing: ["X"])
    #expect((0..<changed.count).map { changed.name(of: $0) } == ["New", "From", nil, "To"])
    #expect(changed.value(of: 0) == Array(" n".utf8))
    #expect(changed.value(of: 3) == Array(" b".utf8))
    #expect(changed.positions(of: "X").isEmpty && changed.excess == nil)
    let same = header.inserting(nil)
    #expect(same.count == 5 && same.value(of: 1) == Array(" 1\r\n\tfold".utf8))
    #expect(same.positions(of: "x") == [1, 3])
  }
}
