import Glibc
package import MilterPeer

@testable package import DKIMCore

/// Outgoing mail to be signed, and incoming mail with signatures of other domains.
package enum Mail {
  package static let host = "mx.ours.example"
  /// The domain for which the milter signs.
  package static let ours = "ours.example"
  package static let ourKey = makeKey(.rsa)
  package static let theirKey = makeKey(.ed25519)
  package static let otherKey = makeKey(.rsa)

  /// The published record of a key.
  package static func record(_ key: SigningKey) -> String {
    "v=DKIM1; k=\(key.type.rawValue); p=\(Base64.encode(key.publicKey))"
  }

  package static func pem(_ key: SigningKey) -> [UInt8] { Array(key.pem.utf8) }

  private static func makeKey(_ type: KeyType) -> SigningKey {
    guard let key = try? SigningKey.generate(type) else { fatalError("no key can be made") }
    return key
  }

  /// Mail from our domain, to be signed.
  package static func outgoing(_ number: Int = 0, body: [UInt8]? = nil, extra: [String] = []) -> PeerMessage {
    message(from: "alice@\(ours)", number, body: body, extra: extra)
  }

  /// Mail from another domain, without a signature.
  package static func message(from sender: String, _ number: Int, body: [UInt8]? = nil, extra: [String] = [])
    -> PeerMessage
  {
    let fields =
      extra + [
        "From: Alice <\(sender)>", "To: bob@example.net", "Subject: Message \(number)",
        "Date: Sat, 21 Nov 2026 12:00:00 +0000", "Message-ID: <\(number)@\(ours)>",
      ]
    var message = PeerMessage(Array((fields.joined(separator: "\r\n") + "\r\n\r\nText\r\n").utf8))
    message.body = body ?? Array("Message \(number)\r\n\r\nwith some text.\r\n".utf8)
    message.sender = "<\(sender)>"
    message.queueID = String(0x4B1_0000 + number, radix: 16, uppercase: true)
    return message
  }

  /// Mail from outside, signed with ``theirKey`` for each of these selectors and domains. The first signature is on
  /// top.
  package static func signed(
    _ names: [(selector: String, domain: String)], _ number: Int = 0, body: [UInt8]? = nil
  ) throws -> PeerMessage {
    var message = message(from: "carol@\(names.first?.domain ?? "example.com")", number, body: body)
    let requests = try names.map {
      try SigningRequest(domain: try DomainName($0.domain), selector: try Selector($0.selector), key: theirKey)
    }
    let fields = try Signer(requests).sign(message.bytes, at: Timestamp(UInt64(time(nil))))
    let top = PeerMessage(fields.flatMap(\.bytes) + Array("\r\n".utf8))
    message.fields = top.fields + message.fields
    return message
  }

  package static func signed(_ selector: String, _ domain: String, _ number: Int = 0) throws -> PeerMessage {
    try signed([(selector, domain)], number)
  }

  /// The given number of bytes of text in lines.
  package static func text(_ count: Int) -> [UInt8] {
    let line = Array("The quick brown fox jumps over the lazy dog, and  the dog does not care.\r\n".utf8)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count + line.count)
    while bytes.count < count { bytes += line }
    return bytes
  }

  /// Whether the message, with the added fields, has a valid signature of ``ours``.
  package static func isSignedWell(
    _ outcome: PeerOutcome, _ message: PeerMessage, key: SigningKey = ourKey, selector: String = "sel"
  ) async -> Bool {
    let source = FixedKey(name: "\(selector)._domainkey.\(ours)", record: Array(record(key).utf8))
    let report = await Verifier()
      .verify(outcome.applied(to: message).bytes, keys: source, at: Timestamp(UInt64(time(nil))))
    return report.results.first?.code == .pass
  }
}

/// A key source with one key in memory.
private struct FixedKey: PublicKeySource {
  let name: String
  let record: [UInt8]

  func answer(_ query: KeyQuery) async -> KeyAnswer {
    query.name == name ? .records([record], secure: false) : .noSuchName(secure: false)
  }
}

extension PeerOutcome {
  /// The values of the fields with a name that the milter has added.
  package func inserted(_ name: String) -> [String] {
    modifications.compactMap {
      switch $0 {
      case .insertHeader(_, let field, let value), .addHeader(let field, let value):
        String(decoding: field, as: UTF8.self) == name ? String(decoding: value, as: UTF8.self) : nil
      default: nil
      }
    }
  }

  /// Whether the message was accepted with our signature.
  package var isSigned: Bool { isAccepted && inserted("DKIM-Signature").contains { $0.contains("d=\(Mail.ours)") } }

  /// Whether the message was deferred.
  package var isDeferred: Bool {
    verdict.letter == .tempfail || verdict.letter == .replyCode && verdict.text.hasPrefix("4")
  }

  /// The Authentication-Results field that was added, on one line.
  package var results: String {
    inserted("Authentication-Results").joined(separator: " | ").split(whereSeparator: \.isWhitespace)
      .joined(separator: " ")
  }

  /// The DKIM results in it, in order: `pass`, `temperror`, ...
  package var words: [String] {
    results.split(separator: " ").filter { $0.hasPrefix("dkim=") }.map {
      String($0.dropFirst(5).prefix { $0.isLetter })
    }
  }
}
