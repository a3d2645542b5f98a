import Glibc
import MilterPeer
import MilterTestSupport

@testable import DKIMCore

/// Messages with signatures of example.com, and changes to them.
enum MigrationMail {
  static let domain = "example.com"
  static let rsa = Mail.otherKey
  static let edKey = Mail.theirKey
  /// The records of `TestPublicKeys`, by selector.
  static let records: [String: String] = {
    let key = Base64.encode(rsa.publicKey)
    let records = [
      "good": "v=DKIM1; k=rsa; p=\(key)", "revoked": "v=DKIM1; k=rsa; p=", "version": "v=DKIM2; k=rsa; p=\(key)",
      "type": "v=DKIM1; k=foo; p=\(key)", "hash": "v=DKIM1; k=rsa; h=sha1; p=\(key)",
      "service": "v=DKIM1; k=rsa; s=tlsrpt; p=\(key)", "strict": "v=DKIM1; k=rsa; t=s; p=\(key)",
      "testing": "v=DKIM1; k=rsa; t=y; p=\(key)", "junk": "hello", "nokey": "v=DKIM1; k=rsa",
      "base64": "v=DKIM1; k=rsa; p=%%%", "other": Mail.record(edKey),
    ]
    return Dictionary(uniqueKeysWithValues: records.map { ("\($0.key)._domainkey.\(domain)", $0.value) })
  }()

  static let now = Timestamp(UInt64(time(nil)))

  /// A message of `sender` with a second line of text.
  static func plain(from sender: String = "alice@example.com", extra: [String] = []) -> PeerMessage {
    Mail.message(from: sender, 1, body: Array("One line.\r\nAnother line.\r\n".utf8), extra: extra)
  }

  /// The message with a signature by the key of that selector.
  static func signed(
    _ selector: String = "good", key: SigningKey = rsa, at time: Timestamp = now, extra: [String] = [],
    _ change: (inout SigningRequest) throws -> Void = { _ in }
  ) throws -> PeerMessage {
    var request = try SigningRequest(
      domain: try DomainName(domain), selector: try Selector(selector), key: key)
    try change(&request)
    var message = plain(extra: extra)
    let fields = try Signer([request]).sign(message.bytes, at: time)
    message.fields = PeerMessage(fields.flatMap(\.bytes) + Array("\r\n".utf8)).fields + message.fields
    return message
  }
}

extension PeerMessage {
  /// Replaces a text in the first field, the signature.
  func withSignature(_ text: String, _ other: String) -> PeerMessage {
    var message = self
    let value = String(decoding: fields[0].value, as: UTF8.self)
    message.fields[0].value = Array(value.replacing(text, with: other).utf8)
    return message
  }

  /// The message with another body.
  func withBody(_ text: String) -> PeerMessage {
    var message = self
    message.body = Array(text.utf8)
    return message
  }

  /// The message with a field before all others.
  func adding(_ name: String, _ value: String) -> PeerMessage {
    var message = self
    message.fields.insert(.init(name: Array(name.utf8), value: Array(" \(value)".utf8)), at: 0)
    return message
  }

  /// The message without the fields of a name.
  func without(_ name: String) -> PeerMessage {
    var message = self
    message.fields.removeAll { $0.name == Array(name.utf8) }
    return message
  }
}
