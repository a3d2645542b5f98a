@testable import DKIMCore
import TestSupport

/// The domains of the run and their keys.
struct MailZones: Sendable {
  /// The local domain, signed by the milter, and remote domains, signed by tests.
  let rsa: SigningKey
  let ed25519: SigningKey
  let foreign: SigningKey

  init() throws {
    rsa = try SigningKey.generate(.rsa, bits: 2048)
    ed25519 = try SigningKey.generate(.ed25519)
    foreign = try SigningKey.generate(.rsa, bits: 2048)
  }

  /// Selector and TXT record, by domain.
  var records: [String: [(selector: String, text: String)]] {
    [
      "ours.test": [("rsa", Self.record(rsa)), ("ed", Self.record(ed25519)), ("2021", Self.record(rsa))],
      "remote.test": [
        ("good", Self.record(foreign)), ("revoked", "v=DKIM1; k=rsa; p="), ("garbage", "this is no key % record"),
        ("octets", "v=DKIM1; k=rsa; p=////"), ("other", Self.record(rsa)), ("two", Self.record(foreign)),
        ("two", Self.record(rsa)), ("testing", Self.record(foreign) + "; t=y"),
      ],
    ]
  }

  static func record(_ key: SigningKey) -> String {
    "v=DKIM1; k=\(key.type.rawValue); p=\(Base64.encode(key.publicKey))"
  }

  /// The keys for the peers, by name.
  var keys: [String: String] {
    var keys: [String: String] = [:]
    for (domain, records) in records {
      for (selector, text) in records { keys["\(selector)._domainkey.\(domain)"] = text }
    }
    return keys
  }

  /// Writes a zone file for each domain and returns the domains.
  func write(in folder: String) throws -> [String] {
    for (domain, records) in records {
      var lines = [
        "$ORIGIN \(domain).", "$TTL 300", "@ IN SOA ns host 1 3600 600 86400 60", "@ IN NS ns", "ns IN A 127.0.0.1",
      ]
      for (selector, text) in records {
        lines.append("\(selector)._domainkey IN TXT \(Self.strings(text).map { "\"\($0)\"" }.joined(separator: " "))")
      }
      try TestFiles.write(Array((lines.joined(separator: "\n") + "\n").utf8), to: folder + "/" + domain)
    }
    return records.keys.sorted()
  }

  /// Splits a record into character-strings of at most 255 bytes.
  static func strings(_ text: String) -> [String] {
    var rest = text[...]
    var strings: [String] = []
    while !rest.isEmpty {
      strings.append(String(rest.prefix(250)))
      rest = rest.dropFirst(250)
    }
    return strings
  }
}
