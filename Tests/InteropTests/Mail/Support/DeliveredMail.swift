/// A message as the sink received it.
struct DeliveredMail: Sendable {
  /// The envelope sender.
  let sender: String
  let bytes: [UInt8]

  /// Parses a file of the sink: the sender, a line feed, and the message.
  init(_ file: [UInt8]) {
    let end = file.firstIndex(of: UInt8(ascii: "\n")) ?? file.startIndex
    sender = String(decoding: file[..<end], as: UTF8.self)
    bytes = Array(file[(end + 1)...])
  }

  /// The name and unfolded value of each field, from the top. They are parsed here, not by the library under test.
  var fields: [(name: String, value: String)] {
    var fields: [(name: String, value: String)] = []
    for line in headerLines {
      if line.first == " " || line.first == "\t" {
        fields[fields.count - 1].value += " " + line.trimmed
      } else if let colon = line.firstIndex(of: ":") {
        fields.append((line[..<colon].trimmed, line[line.index(after: colon)...].trimmed))
      }
    }
    return fields
  }

  private var headerLines: [Substring] {
    let end = Array("\r\n\r\n".utf8)
    let length = bytes.prefix(1 << 20).withUnsafeBytes { all in
      (0..<max(all.count - 3, 0)).first { all[$0] == 13 && all[$0..<($0 + 4)].elementsEqual(end) } ?? all.count
    }
    return String(decoding: bytes[..<length], as: UTF8.self).split(separator: "\r\n")
  }

  /// The values of a field, from the top.
  func values(_ name: String) -> [String] {
    fields.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
  }

  /// The selectors of its signatures, from the top.
  var selectors: [String] { values("DKIM-Signature").compactMap { Self.tag("s", of: $0) } }

  /// The Authentication-Results fields with this host's name, from the top.
  var ownResults: [String] {
    values("Authentication-Results").filter { $0.hasPrefix(Postfix.hostname + ";") }
  }

  static func tag(_ name: String, of value: String) -> String? {
    let spec = value.split(separator: ";").lazy
      .map { $0.filter { !$0.isWhitespace } }
      .first { $0.hasPrefix(name + "=") }
    return spec.map { String($0.dropFirst(name.count + 1)) }
  }
}

extension StringProtocol {
  /// The text without spaces at both ends.
  var trimmed: String {
    String(drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
  }
}

extension DeliveredMail {
  /// This host's result words for signatures, from the top: `pass`, `fail` and so on.
  var dkimWords: [String] {
    let segments = ownResults.flatMap { $0.split(separator: ";").dropFirst() }
    return segments.compactMap { segment in
      let text = segment.trimmed
      guard text.hasPrefix("dkim=") else { return nil }
      return String(text.dropFirst(5).prefix { $0.isLetter })
    }
  }
}
