import DKIMCore

/// The parser for key files.
enum KeyFile {
  /// A syntax error in a line.
  struct Fault: Error {
    let found: String
    let expected: String
  }

  /// Parses the rows. Rows whose names cannot exist in DNS, and so are never looked up, are skipped and returned as
  /// errors.
  static func table(
    _ bytes: [UInt8], path: String
  ) throws(KeyFileError) -> (table: [String: [[UInt8]]], skipped: [KeyFileError]) {
    var table: [String: [[UInt8]]] = [:]
    var skipped: [KeyFileError] = []
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      do throws(Fault) {
        guard let (name, record) = try entry(trimmed(line)) else { continue }
        do throws(Fault) {
          table[try self.name(name), default: []].append(record)
        } catch {
          skipped.append(.line(path: path, line: index + 1, found: error.found, expected: error.expected))
        }
      } catch {
        throw .line(path: path, line: index + 1, found: error.found, expected: error.expected)
      }
    }
    return (table, skipped)
  }

  /// Parses a line; returns `nil` for an empty line or a comment.
  private static func entry(_ line: ArraySlice<UInt8>) throws(Fault) -> (ArraySlice<UInt8>, [UInt8])? {
    guard let first = line.first, first != UInt8(ascii: "#") else { return nil }
    let end = line.firstIndex(where: ASCII.isWSP) ?? line.endIndex
    let name = line[..<end]
    let data = Array(trimmed(line[end...]))
    guard !data.isEmpty else {
      throw Fault(
        found: "the end of the line", expected: "TXT data after \(String(decoding: name.prefix(80), as: UTF8.self))")
    }
    return (name, data[0] == UInt8(ascii: "\"") ? try quoted(data) : data)
  }

  /// Parses a domain name, or any other name that is valid in DNS: not every DNS name is a host name. // RFC 2181 §11
  private static func name(_ bytes: ArraySlice<UInt8>) throws(Fault) -> String {
    let name = bytes.count > 1 && bytes.last == UInt8(ascii: ".") ? bytes.dropLast() : bytes
    do throws(DomainNameError) {
      return try DomainName(name.span).asciiForm
    } catch {
      let ascii = String(decoding: name, as: UTF8.self)
      if name.allSatisfy({ $0 < 0x80 }), WireName(ascii) != nil { return ascii }
      let text = String(decoding: bytes.prefix(80), as: UTF8.self)
      throw Fault(found: "\"\(text)\", which \(error)", expected: "a domain name")
    }
  }

  /// Parses `"..." "..."` and concatenates the strings. // RFC 1035 §5.1
  private static func quoted(_ data: [UInt8]) throws(Fault) -> [UInt8] {
    var record: [UInt8] = []
    var next = 0
    while next < data.count {
      guard data[next] == UInt8(ascii: "\"") else {
        throw Fault(
          found: "\"\(String(decoding: data[next...].prefix(20), as: UTF8.self))\"",
          expected: "another quoted string or the end of the line")
      }
      next = try string(data, from: next + 1, into: &record)
      while next < data.count, ASCII.isWSP(data[next]) { next += 1 }
    }
    return record
  }

  /// Parses up to the closing quote; returns the position after it.
  private static func string(_ data: [UInt8], from start: Int, into record: inout [UInt8]) throws(Fault) -> Int {
    var next = start
    while next < data.count {
      switch data[next] {
      case UInt8(ascii: "\""):
        return next + 1
      case UInt8(ascii: "\\"):
        next = try escape(data, from: next + 1, into: &record)
      default:
        record.append(data[next])
        next += 1
      }
    }
    throw Fault(found: "the end of the line", expected: "a closing quote")
  }

  /// Parses what follows a backslash, `DDD` or a literal character; returns the position after it.
  private static func escape(_ data: [UInt8], from start: Int, into record: inout [UInt8]) throws(Fault) -> Int {
    guard start < data.count else { throw Fault(found: "the end of the line", expected: "a character after \\") }
    guard ASCII.isDigit(data[start]) else {
      record.append(data[start])
      return start + 1
    }
    var value = 0
    for index in start..<(start + 3) {
      guard index < data.count, ASCII.isDigit(data[index]) else {
        throw Fault(found: "\\ with fewer than three digits", expected: "\\DDD")
      }
      value = value * 10 + Int(data[index] - UInt8(ascii: "0"))
    }
    guard let byte = UInt8(exactly: value) else { throw Fault(found: "\\\(value)", expected: "\\000 to \\255") }
    record.append(byte)
    return start + 3
  }

  /// Returns the text without spaces, tabs and CRs at both ends.
  private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    func isCut(_ byte: UInt8) -> Bool { ASCII.isWSP(byte) || byte == 0x0D }
    let tail = bytes.drop(while: isCut)
    guard let last = tail.lastIndex(where: { !isCut($0) }) else { return [] }
    return tail[...last]
  }
}
