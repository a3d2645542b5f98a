import DKIMCore
import SystemSupport

/// A message to evaluate (`-t`).
struct TestMessage: Sendable {
  /// The maximum size of a message, in bytes.
  static let limit = 256 << 20

  /// A header field. The value contains all bytes after the colon, with CRLF in folds.
  struct Field: Sendable {
    let name: [UInt8]
    let value: [UInt8]
    /// The number of its first line in the file, from 1.
    let line: Int
  }

  let fields: [Field]
  let body: ArraySlice<UInt8>

  enum Fault: Error, Sendable, Hashable {
    case unreadable(String)
    /// `StrictTestMode`: the line of this number, from 1, ends with LF alone.
    case bareLineFeed(line: Int)
    /// The line of this number, from 1, is not a header field.
    case malformedHeader(line: Int)
  }

  /// Reads a message.
  /// - Parameter path: the path of the file; `-` is standard input.
  init(path: String, strict: Bool) throws(Fault) {
    try self.init(try Self.read(path), strict: strict)
  }

  /// Parses a message. Lines that end with LF alone are converted to CRLF.
  init(_ file: [UInt8], strict: Bool) throws(Fault) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(file.count + file.count / 32)
    var line = 1
    for byte in file {
      if byte == 0x0A, bytes.last != 0x0D {
        guard !strict else { throw .bareLineFeed(line: line) }
        bytes.append(0x0D)
      }
      bytes.append(byte)
      if byte == 0x0A { line += 1 }
    }
    let message = ParsedMessage(bytes)
    fields = try Self.fields(message.header)
    body = message.body
  }

  private static func read(_ path: String) throws(Fault) -> [UInt8] {
    do throws(FileReadError) {
      return try path == "-" ? WholeFile.readStandardInput(limit: limit) : WholeFile.read(path, limit: limit)
    } catch {
      throw .unreadable(error.reason)
    }
  }

  private static func fields(_ header: MessageHeader) throws(Fault) -> [Field] {
    var line = 1
    var fields: [Field] = []
    for index in 0..<header.count {
      guard let name = header.name(of: index) else { throw .malformedHeader(line: line) }
      let value = Self.withoutBareCR(header.value(of: index))
      fields.append(Field(name: Array(name.utf8), value: value, line: line))
      line += 1 + value.count { $0 == 0x0A }
    }
    return fields
  }
}

extension TestMessage {
  /// Returns the value without the CRs that do not belong to a line ending.
  private static func withoutBareCR(_ value: [UInt8]) -> [UInt8] {
    value.indices.filter { value[$0] != 0x0D || $0 + 1 < value.count && value[$0 + 1] == 0x0A }.map { value[$0] }
  }
}

extension TestMessage.Fault {
  var status: ExitStatus {
    switch self {
    case .unreadable: .unavailable
    case .bareLineFeed, .malformedHeader: .dataError
    }
  }
}

extension TestMessage.Fault: CustomStringConvertible {
  var description: String {
    switch self {
    case .unreadable(let why): why
    case .bareLineFeed(let line): "line \(line): not CRLF-terminated, which StrictTestMode requires"
    case .malformedHeader(let line): "line \(line): header malformed: not a header field or its continuation"
    }
  }
}
