import MilterPeer
import MilterTestSupport
import TestSupport
import Testing

/// Messages that an attacker has made large in one way.
enum LargeMessage: String, Sendable, CaseIterable, CustomTestStringConvertible {
  case bodyBlankLines, bodySpaces, bodyCarriageReturns
  case signedBody, verifiedBody
  case header, fields, signedFields, receivedFields
  case signatures, shortSignatures, longNames, manyNames
  case longIdentity, folds, foldsInSignature, comments, openComments, flatComments, quotedPairs, addresses
  case resultComments, resultFields, resultList

  var testDescription: String { rawValue }

  /// The number of bytes, fields or signatures that makes the message large. If the full number costs much time and
  /// shows little more than a smaller one, it is only for long runs.
  var fullSize: Int {
    switch self {
    case .signedBody, .header: 50_000_000
    case .verifiedBody, .bodyBlankLines, .bodySpaces, .bodyCarriageReturns: MilterRun.scale > 1 ? 50_000_000 : 4_000_000
    case .fields: 100_000
    case .signedFields, .receivedFields: MilterRun.scale > 1 ? 100_000 : 20_000
    case .signatures: 1000
    case .shortSignatures, .resultFields: 8000
    case .longNames, .manyNames: 64_000
    case .resultComments, .resultList: 900_000
    case .longIdentity, .folds, .foldsInSignature, .comments, .openComments, .flatComments, .quotedPairs, .addresses:
      600_000
    }
  }

  /// The message is from an internal client and has to be signed.
  var isOutgoing: Bool {
    switch self {
    case .signedBody, .signedFields, .folds, .comments, .openComments, .flatComments, .quotedPairs, .addresses: true
    default: false
    }
  }

  func message(_ size: Int) throws -> PeerMessage {
    switch self {
    case .bodyBlankLines, .bodySpaces, .bodyCarriageReturns, .signedBody, .verifiedBody:
      return try withBody(size)
    case .header, .fields, .signedFields, .receivedFields: return try withFields(size)
    case .signatures, .shortSignatures, .longNames, .manyNames, .longIdentity, .foldsInSignature:
      return try withSignatures(size)
    case .folds, .comments, .openComments, .flatComments, .quotedPairs, .addresses: return withSender(size)
    case .resultComments, .resultFields, .resultList: return try withResults(size)
    }
  }

  private func withBody(_ size: Int) throws -> PeerMessage {
    let body: [UInt8] =
      switch self {
      case .bodyBlankLines: repeatElement([0x0D, 0x0A], count: size / 2).flatMap { $0 }
      case .bodySpaces: [UInt8](repeating: 0x20, count: size) + [0x0D, 0x0A]
      case .bodyCarriageReturns: [UInt8](repeating: 0x0D, count: size)
      default: Mail.text(size)
      }
    if isOutgoing { return Mail.outgoing(0, body: body) }
    guard self != .verifiedBody else { return try Mail.signed([("good", "example.com")], body: body) }
    // The body is hashed whether it matches or not.
    var message = try Mail.signed("good", "example.com")
    message.body = body
    return message
  }

  private func withFields(_ size: Int) throws -> PeerMessage {
    var message = isOutgoing ? Mail.outgoing() : try Mail.signed("good", "example.com")
    switch self {
    case .header:
      let value = [UInt8](repeating: 0x41, count: 60_000)
      message.fields += (0..<(size / 60_000)).map { _ in .init(name: Array("X-Large".utf8), value: [0x20] + value) }
    case .receivedFields:
      message.fields.insert(
        contentsOf: (0..<size).map { .init(name: Array("Received".utf8), value: Array(" from host \($0)".utf8)) }, at: 0
      )
    default:
      message.fields += (0..<size).map { .init(name: Array("X-\($0 % 500)".utf8), value: Array(" \($0)".utf8)) }
    }
    return message
  }

  private func withSignatures(_ size: Int) throws -> PeerMessage {
    var message = try Mail.signed("good", "example.com")
    let field = message.fields[0]
    let name = Array("DKIM-Signature".utf8)
    switch self {
    case .signatures: message.fields = Array(repeating: field, count: size) + message.fields.dropFirst()
    case .shortSignatures:
      message.fields.insert(contentsOf: repeatElement(.init(name: name, value: Array(" x".utf8)), count: size), at: 0)
    case .foldsInSignature:
      message.fields[0].value += Array(repeating: Array("\n ".utf8), count: size / 2).flatMap { $0 }
    case .longIdentity:
      let identity = String(repeating: "x", count: size) + "@example.com"
      let text = " v=1; a=ed25519-sha256; d=example.com; i=\(identity); s=good; h=from; bh=AAAA; b=AAAA"
      message.fields[0].value = Array(text.utf8)
    case .longNames, .manyNames:
      // The maximum number of names of maximum length, or as many as fit.
      let names: [String] =
        self == .longNames
        ? (0..<900).map { "X-\($0)-" + String(repeating: "a", count: max(1, size / 900 - 6)) }
        : Array(repeating: "x", count: size / 2)
      let list = (["from"] + names).joined(separator: ":")
      let text = " v=1; a=ed25519-sha256; c=relaxed/relaxed; d=example.com; s=good; h=\(list); bh=AAAA; b=AAAA"
      message.fields[0].value = Array(text.utf8)
      message.fields += names.prefix(900).map { .init(name: Array($0.utf8), value: Array(" 1".utf8)) }
    default: break
    }
    return message
  }

  private func withSender(_ size: Int) -> PeerMessage {
    var message = Mail.outgoing()
    let address = "<alice@\(Mail.ours)>"
    let value =
      switch self {
      case .folds: String(repeating: "\n ", count: size / 2) + address
      case .comments: String(repeating: "(", count: size / 2) + String(repeating: ")", count: size / 2) + address
      case .openComments: String(repeating: "(", count: size) + address
      case .flatComments: String(repeating: "(a)\n ", count: size / 5) + address
      case .quotedPairs: "\"" + String(repeating: "\\\"", count: size / 2) + "\"" + address
      default: address + String(repeating: ", x <y@z.example>", count: size / 17)
      }
    let place = message.fields.firstIndex { $0.name == Array("From".utf8) } ?? 0
    message.fields[place].value = Array((" " + value).utf8)
    return message
  }

  private func withResults(_ size: Int) throws -> PeerMessage {
    var message = try Mail.signed("good", "example.com")
    let values: [String] =
      switch self {
      case .resultComments:
        [String(repeating: "(", count: size / 2) + String(repeating: ")", count: size / 2) + "\(Mail.host); dkim=pass"]
      case .resultList: ["\(Mail.host)" + String(repeating: "; dkim=pass\n", count: size / 12)]
      default: Array(repeating: "\(Mail.host); dkim=pass header.d=example.com", count: size)
      }
    message.fields.insert(
      contentsOf: values.map { .init(name: Array("Authentication-Results".utf8), value: Array((" " + $0).utf8)) }, at: 0
    )
    return message
  }
}
