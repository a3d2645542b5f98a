import DKIMCore

/// The `z=` tag: copies of the header fields at the time of signing. // RFC 6376 §3.5
struct CopiedFields {
  /// The number of copies that are examined.
  private static let limit = 500

  private let copies: [(name: String, value: [UInt8])]

  /// - Parameter field: the value of a DKIM-Signature field.
  init(signatureField field: [UInt8]) {
    let tags = field.split(separator: UInt8(ascii: ";")).map { $0.filter { !Self.isFWS($0) } }
    guard let z = tags.first(where: { $0.starts(with: "z=".utf8) }) else {
      copies = []
      return
    }
    copies = z.dropFirst(2).split(separator: UInt8(ascii: "|")).prefix(Self.limit).compactMap { copy in
      guard let colon = copy.firstIndex(of: UInt8(ascii: ":")) else { return nil }
      return (String(decoding: copy[..<colon], as: UTF8.self), Self.decoded(copy[(colon + 1)...]))
    }
  }

  /// Returns the differences from the current header; at most 20.
  func differences(from header: MessageHeader) -> [SignatureDiagnosis.Cause] {
    var causes: [SignatureDiagnosis.Cause] = []
    var taken: [String: Int] = [:]
    for (name, value) in copies {
      // Fields of one name are signed from the bottom up. // RFC 6376 §5.4.2
      let number = taken[name.lowercased(), default: 0]
      taken[name.lowercased()] = number + 1
      let positions = (try? HeaderFieldName(name)).map(header.positions) ?? []
      guard number < positions.count else {
        causes.append(.fieldRemoved(name: name, value: Self.shown(value)))
        continue
      }
      let now = header.value(of: positions[positions.count - 1 - number])
      if now.filter({ !Self.isFWS($0) }) != value.filter({ !Self.isFWS($0) }) {
        causes.append(.fieldChanged(name: name, signed: Self.shown(value), current: Self.shown(now)))
      }
    }
    return Array(causes.prefix(20))
  }

  private static func isFWS(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
  }

  /// Decodes dkim-quoted-printable. Invalid codes are kept unchanged. // RFC 6376 §2.11
  private static func decoded(_ text: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    var i = text.startIndex
    while i < text.endIndex {
      if text[i] == UInt8(ascii: "="), i + 2 < text.endIndex,
        let byte = UInt8(String(decoding: text[(i + 1)...(i + 2)], as: UTF8.self), radix: 16)
      {
        result.append(byte)
        i += 3
      } else {
        result.append(text[i])
        i += 1
      }
    }
    return result
  }

  /// Returns the value on one line, cut to 100 bytes.
  private static func shown(_ value: [UInt8]) -> String {
    let line = Array(value.split(whereSeparator: isFWS).joined(separator: [0x20]))
    let text = String(decoding: line.prefix(100), as: UTF8.self)
    return line.count > 100 ? text + "..." : text
  }
}
