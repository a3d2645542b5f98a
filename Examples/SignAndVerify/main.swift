// Generates a key, signs a message and verifies it with the key record that would be published.

import DKIMCore
import DKIMDNS

let message = Array("From: Alice <alice@example.com>\r\nSubject: Lunch\r\n\r\nAt noon?\r\n".utf8)
let now = Timestamp(1_780_000_000)

// Signing
let key = try SigningKey.generate(.ed25519)
let request = try SigningRequest(domain: try DomainName("example.com"), selector: try Selector("2026"), key: key)
let fields = try Signer([request]).sign(message, at: now)
let signed = fields.flatMap(\.bytes) + message

// Verifying
let record = Array(try PublishableKeyRecord(key).text.utf8)
let published = FixedKeySource(["2026._domainkey.example.com": [record]])
let report = await Verifier().verify(signed, keys: published, at: now)
for result in report.results {
  print(result.code, result.tags.domain ?? "-", result.reason)
}
