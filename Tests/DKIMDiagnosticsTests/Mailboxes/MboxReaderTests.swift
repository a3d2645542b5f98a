import DKIMDiagnostics
import Synchronization
import Testing

@Suite("mbox files")
struct MboxReaderTests {
  /// Returns the messages of an mbox. `known` bytes have been read already, the rest is read later.
  private func messages(_ text: String, known: Int = .max, sizeLimit: Int = .max) throws -> [String] {
    let bytes = Array(text.utf8)
    let rest = Rest(bytes.dropFirst(known))
    var mailbox = MboxReader(Array(bytes.prefix(known)), sizeLimit: sizeLimit) { rest.next($0) }
    var messages: [String] = []
    while let message = try mailbox.next() { messages.append(String(decoding: message, as: UTF8.self)) }
    return messages
  }

  static let boxes: [(String, [String])] = [
    ("From a\n", [""]),
    ("From a\nA: b\n\nbody\n", ["A: b\r\n\r\nbody\r\n"]),
    // The empty line before the next message belongs to the mbox.
    ("From a\nA: b\n\none\n\nFrom b\nA: c\n\ntwo\n\n", ["A: b\r\n\r\none\r\n", "A: c\r\n\r\ntwo\r\n"]),
    ("From a\nA: b\n\none\n\n\nFrom b\nA: c\n", ["A: b\r\n\r\none\r\n\r\n", "A: c\r\n"]),
    // A From line without an empty line before it is text.
    ("From a\nA: b\n\none\nFrom b\ntwo\n", ["A: b\r\n\r\none\r\nFrom b\r\ntwo\r\n"]),
    ("From a\nA: b\n\nFromage\n\nFromage\n", ["A: b\r\n\r\nFromage\r\n\r\nFromage\r\n"]),
    ("From a\nA: b\n\n>From b\n", ["A: b\r\n\r\n>From b\r\n"]),
    // The first line determines the line endings; CRLF in other lines is not changed.
    ("From a\r\nA: b\r\n\r\none\r\n\r\nFrom b\r\nA: c\r\n", ["A: b\r\n\r\none\r\n", "A: c\r\n"]),
    ("From a\r\nA: b\r\n\r\nbare\nLF\r\n", ["A: b\r\n\r\nbare\nLF\r\n"]),
    ("From a\nA: b\n\nhas\r\nCRLF\n", ["A: b\r\n\r\nhas\r\nCRLF\r\n"]),
    ("From a\nA: b\n\nno end", ["A: b\r\n\r\nno end"]),
    ("From a\nA: b\n\nend\n\nFrom ", ["A: b\r\n\r\nend\r\n", ""]),
  ]

  @Test(arguments: boxes)
  func `are split at From lines after empty lines`(text: String, expected: [String]) throws {
    #expect(try messages(text) == expected)
  }

  @Test(arguments: boxes)
  func `are split the same way however little was read at first`(text: String, expected: [String]) throws {
    // The first line has always been read.
    let first = (text.utf8.firstIndex(of: 10).map { text.utf8.distance(from: text.utf8.startIndex, to: $0) } ?? 0) + 1
    for known in first...text.utf8.count { #expect(try messages(text, known: known) == expected, "\(known) octets") }
  }

  @Test
  func `can be larger than a block`() throws {
    let body = "-\n" + String(repeating: "From the start of a line\n", count: 30_000)
    let text = (0..<3).map { "From \($0)\nA: \($0)\n\n\(body)\n" }.joined()
    let found = try messages(text, known: 100)
    #expect(found.count == 3)
    #expect(found.map(\.utf8.count) == Array(repeating: 8 + body.utf8.count + 30_001, count: 3))
  }

  @Test
  func `in memory are read like files`() throws {
    var mailbox = MboxReader(Array("From a\nA: b\n\none\n\nFrom b\nA: c\n".utf8))
    #expect(try mailbox.next() == Array("A: b\r\n\r\none\r\n".utf8))
    #expect(try mailbox.next() == Array("A: c\r\n".utf8))
    #expect(try mailbox.next() == nil)
  }

  @Test
  func `with a message above the limit are not read to the end`() throws {
    let text = "From a\nA: b\n\n" + String(repeating: "x", count: 3_000_000)
    #expect(throws: MboxError.messageTooLarge(limit: 1_000_000)) {
      try messages(text, known: 10, sizeLimit: 1_000_000)
    }
    #expect(try messages(text, known: 10, sizeLimit: 4_000_000).count == 1)
  }

  static let quoted: [(String, String?)] = [
    ("A: b\r\n\r\n>From x\r\n", "A: b\r\n\r\nFrom x\r\n"),
    (">>From x\r\n", ">From x\r\n"),
    ("> From x\r\n", nil),
    ("a >From x\r\n", nil),
    (">Fromage\r\n", nil),
  ]

  @Test(arguments: quoted)
  func `lose one > of quoted From lines`(text: String, expected: String?) {
    #expect(MboxReader.unquoted(Array(text.utf8)).map { String(decoding: $0, as: UTF8.self) } == expected)
  }
}

/// The part of a file that was not read yet.
private final class Rest: Sendable {
  private let bytes: Mutex<ArraySlice<UInt8>>

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = Mutex(bytes)
  }

  func next(_ count: Int) -> [UInt8] {
    bytes.withLock { bytes in
      defer { bytes = bytes.dropFirst(count) }
      return Array(bytes.prefix(count))
    }
  }
}
