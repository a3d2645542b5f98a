import DKIMConfiguration
import DKIMCore

/// The two header fields of `AddCanonicalizedData`: the text that was hashed for a signature, for a later filter that
/// writes failure reports. // RFC 6591 §3.2.3, §3.2.4
struct CanonicalizedFields {
  /// The most bytes of a header or a body that fit into one field: a packet of the milter protocol has at most 65,535
  /// bytes, and folded base64 turns 48 bytes into 73.
  private static let mostBytes = 42_000
  static let limits = CanonicalizedData.Limits(header: mostBytes, body: mostBytes)

  /// The fields, in order from the top of the message to the bottom.
  private(set) var fields: [(name: String, value: String)] = []
  /// One step for each field that is left out, with the reason.
  private(set) var steps: [Explanation.Step] = []

  /// - Parameter result: the result of one signature. If nothing was hashed or kept for it, there are no fields.
  init(_ result: VerificationResult) {
    guard let data = result.canonicalized, let domain = result.tags.domain, let selector = result.tags.selector else {
      return
    }
    let tags = "d=\(domain); s=\(selector); b="
    add("X-DKIM-Canonicalized-Header", tags, data.header)
    add("X-DKIM-Canonicalized-Body", tags, data.body)
  }

  private mutating func add(_ name: String, _ tags: String, _ part: CanonicalizedData.Part) {
    guard part.isComplete else {
      let text = "\(name) is left out (\(tags.dropLast(4))): more than \(Self.mostBytes) bytes were hashed"
      steps.append(.init(.note, text, setting: "AddCanonicalizedData"))
      return
    }
    fields.append((name, tags + Self.folded(Base64.encodedBytes(part.bytes), behind: tags.utf8.count)))
  }

  /// Breaks lines where OpenDKIM does: after the group of four digits that reaches column 72. The field name is not
  /// counted, and each continuation line begins with eight spaces.
  private static func folded(_ digits: [UInt8], behind width: Int) -> String {
    var lines: [UInt8] = []
    var column = width
    for group in stride(from: 0, to: digits.count, by: 4) {
      if group > 0, column >= 72 {
        lines += "\n        ".utf8
        column = 8
      }
      lines += digits[group..<group + 4]
      column += 4
    }
    return String(decoding: lines, as: UTF8.self)
  }
}
