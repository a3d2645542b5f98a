import DKIMConfiguration
import Testing

@testable import DKIMDataSets

/// A stream that returns the given bytes, a fixed number at a time, and then ends.
private final class Script: ByteStream {
  let peer = "scripted"
  private let bytes: [UInt8]
  private var next = 0
  private let step: Int

  init(_ bytes: [UInt8], step: Int) {
    self.bytes = bytes
    self.step = step
  }

  func write(_ bytes: [UInt8], until deadline: Deadline) throws(DataSetError) {}

  func read(into buffer: inout [UInt8], from start: Int, until deadline: Deadline) throws(DataSetError) -> Int {
    let count = min(step, bytes.count - next, buffer.count - start)
    guard count > 0 else { throw .temporary("the end") }
    buffer.replaceSubrange(start..<start + count, with: bytes[next..<next + count])
    next += count
    return count
  }
}

@Suite("Lines and blocks of bytes in a stream")
struct BufferedStreamTests {
  private let deadline = Deadline(in: 1000)

  private func stream(_ text: String, step: Int) -> BufferedStream {
    BufferedStream(Script(Array(text.utf8), step: step))
  }

  @Test(arguments: [1, 2, 3, 7, 1000])
  func `lines and values, however they arrive`(_ step: Int) throws {
    let stream = stream("one\r\n\r\ntwo words\r\nab\r\ncd\r\nlast\r\n", step: step)
    #expect(try stream.line(limit: 10, until: deadline) == Array("one".utf8))
    #expect(try stream.line(limit: 10, until: deadline).isEmpty)
    #expect(try stream.line(limit: 10, until: deadline) == Array("two words".utf8))
    #expect(try stream.text(6, until: deadline) == "ab\r\ncd")
    #expect(try stream.line(limit: 10, until: deadline).isEmpty)
    #expect(try stream.bytes(4, until: deadline) == Array("last".utf8))
    #expect(try stream.text(0, until: deadline) == "")
    #expect(try stream.line(limit: 0, until: deadline).isEmpty)
    #expect(throws: DataSetError.temporary("the end")) { _ = try stream.line(limit: 10, until: deadline) }
  }

  @Test(arguments: [999, 100_000])
  func `much more data than fits into the buffer`(_ step: Int) throws {
    let value = String(repeating: "0123456789", count: 30_000)
    let stream = stream("head\r\n\(value)\r\n\(value)\r\n", step: step)
    #expect(try stream.line(limit: 10, until: deadline) == Array("head".utf8))
    for _ in 0..<2 {
      #expect(try stream.text(value.utf8.count, until: deadline) == value)
      #expect(try stream.line(limit: 10, until: deadline).isEmpty)
    }
  }

  @Test(arguments: [1, 5, 1000])
  func `a line that does not end, or has another line ending, is an error`(_ step: Int) {
    for text in [String(repeating: "x", count: 5000), "long line\r\n", "bare\n", "\n"] {
      let stream = stream(text, step: step)
      let error = #expect(throws: DataSetError.self) { _ = try stream.line(limit: 6, until: deadline) }
      guard case .temporary(let why) = error else { continue }
      #expect(why == "scripted: the response is not a line of at most 6 bytes that ends with CR LF")
    }
  }

  @Test
  func `invalid UTF-8 is replaced`() throws {
    let stream = BufferedStream(Script([0x61, 0xFF, 0xC3, 0x28], step: 10))
    #expect(try stream.text(4, until: deadline) == "a\u{FFFD}\u{FFFD}(")
  }

  @Test
  func `no request follows a response that was not read to its end`() throws {
    let stream = stream("one\r\ntwo\r\nthree\r\n", step: 100)
    try stream.beginExchange()
    _ = try stream.line(limit: 10, until: deadline)
    #expect(throws: DataSetError.temporary("scripted: the connection is out of sync")) { try stream.beginExchange() }
    stream.endExchange()
    #expect(throws: DataSetError.temporary("scripted: the connection is out of sync")) { try stream.beginExchange() }
    _ = try stream.bytes(12, until: deadline)
    try stream.beginExchange()
  }
}
