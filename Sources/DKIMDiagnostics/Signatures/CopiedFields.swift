import DKIMCore

/// The `z=` tag: copies of the header fields at the time of signing. // RFC 6376 §3.5
struct CopiedFields {
  /// The number of copies that are examined.
  private static let limit = 500

  private let copies: [(name: String, value: [UInt8])]

  init(_ signature: DKIMSignature) {
    copies = Array(signature.copiedFields.prefix(Self.limit))
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
      if now.filter({ !ASCII.isFWS($0) }) != value.filter({ !ASCII.isFWS($0) }) {
        causes.append(.fieldChanged(name: name, signed: Self.shown(value), current: Self.shown(now)))
      }
    }
    return Array(causes.prefix(20))
  }

  /// Returns the value on one line, cut to 100 bytes.
  private static func shown(_ value: [UInt8]) -> String {
    let line = Array(value.split(whereSeparator: ASCII.isFWS).joined(separator: [0x20]))
    let text = String(decoding: line.prefix(100), as: UTF8.self)
    return line.count > 100 ? text + "..." : text
  }
}
