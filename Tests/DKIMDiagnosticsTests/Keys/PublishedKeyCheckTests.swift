import DKIMCore
import Testing

@testable import DKIMDiagnostics

@Suite("Issues of published keys")
struct PublishedKeyCheckTests {
  static let small =
    "MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBALANZWuqzL8KciIVhd0hbygw2iuOZBcYcYz+iZ/X8ncmlF46Y0PickiFdU9SkZ5T9br309"
    + "ImNvVMXQ5dBRDEJ/8CAwEAAQ=="
  static let weak =
    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC590huXSnUv1Gzx+sgSOw4kZb4OQGUafsEBCrJwGHBMFoD8KW3aK7D9h7P73I0VnlesB"
    + "RSCZ3/xNClzeQtmT5yP9AAB3PS8DTOKS6vKkS1SFqAYV+Yo1ua7zzeM4CLMfJ9hewv1WJwXUok/LZ5VfdVeLMcjsUW1C9yU06Bkhvd2QIDAQAB"
  static let ed25519 = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="

  private func check(_ answer: KeyAnswer, key: SigningKey? = nil) throws -> PublishedKeyCheck {
    let query = try #require(KeyQuery(domain: try DomainName("example.com"), selector: try Selector("sel")))
    return PublishedKeyCheck(query, answer, privateKey: key)
  }

  private func check(_ record: String) throws -> PublishedKeyCheck {
    try check(.records([Array(record.utf8)], secure: false))
  }

  @Test(arguments: [true, false])
  func `a good key, secure or not`(secure: Bool) throws {
    let record = Array("v=DKIM1; k=ed25519; p=\(Self.ed25519)".utf8)
    let check = try check(.records([record], secure: secure))
    #expect(check.issues == [])
    #expect(check.outcome == .usable)
    #expect(check.isSecure == secure)
  }

  static let uselessRecords: [(record: String, words: [String])] = [
    ("p=\(small)", ["key too small: RSA with 512 bits"]),
    ("h=sha1; k=ed25519; p=\(ed25519)", ["h=sha1 does not include sha256"]),
    ("s=tlsrpt; k=ed25519; p=\(ed25519)", ["s=tlsrpt does not include email"]),
    ("s=tlsrpt; h=sha1; p=\(small)", ["key too small", "h=sha1", "s=tlsrpt"]),
    ("k=rsa; v=DKIM1; p=\(weak)", ["v= is not the first tag"]),
    ("v=dkim1; p=\(weak)", ["v=dkim1"]),
    ("v=DKIM1\\; k=rsa\\; p=\(weak)", ["v=DKIM1", "the record itself contains backslashes"]),
    ("\"v=DKIM1; k=rsa; \" \"p=\(weak)\"", ["syntax error", "the record itself contains quotes"]),
    (
      "sel._domainkey IN TXT ( \"v=DKIM1; k=rsa; \" \"p=\(weak)\" )  ; ----- DKIM key",
      ["syntax error", "parentheses", "quotes"]
    ),
    ("v=DKIM1; k=rsa; p=\(weak.prefix(60))\" \"\(weak.dropFirst(60))", ["p= is not base64", "inside p="]),
    ("v=DKIM1; p=-----BEGIN PUBLIC KEY-----\(weak)", ["p= is not base64", "lines of a PEM file"]),
    ("v=DKIM1; p=\(weak.prefix(100))*", ["p= is not base64", "p= contains \"*\""]),
    ("v=DKIM1; p=\(ed25519)", ["the public key cannot be read", "length of an Ed25519 key"]),
    ("v=DKIM1;\u{A0}k=rsa; p=\(weak)", ["syntax error", "not ASCII"]),
    ("\u{201C}v=DKIM1; p=\(weak)\u{201D}", ["syntax error", "not ASCII"]),
    ("v=DKIM1; k=dsa; p=\(weak)", ["unknown key type k=dsa"]),
    ("v=DKIM1; k=rsa", ["key missing"]),
    ("v=DKIM1; p=", ["Revoked key"]),
    ("v=DKIM1; p=a; p=b", ["duplicate tag p="]),
    ("", ["syntax error"]),
  ]

  @Test(arguments: uselessRecords)
  func `a problem that makes a key unusable is reported with a fix`(record: String, words: [String])
    throws
  {
    let check = try check(record)
    #expect(check.outcome == .unusable)
    for expected in words {
      #expect(check.issues.contains { $0.text.contains(expected) }, "\(check.issues.map(\.text))")
    }
    #expect(check.issues.filter(\.isFailure).count >= words.count)
    #expect(check.issues.contains { $0.fix != nil })
    let safe = check.issues.map { $0.text + ($0.fix ?? "") }.joined()
    #expect(safe.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F })
  }

  static let repairable = [
    "v=DKIM1\\; k=rsa\\; p=\(weak)",
    "\"v=DKIM1; k=rsa; \" \"p=\(weak)\"",
    "( \"v=DKIM1; k=rsa; \"\t\"p=\(weak.prefix(60))\" \"\(weak.dropFirst(60))\" )",
    "sel._domainkey IN TXT ( \"v=DKIM1; k=rsa; \" \"p=\(weak)\" )  ; ----- DKIM key sel",
    "\u{201C}v=DKIM1; k=rsa; p=\(weak)\u{201D}",
  ]

  @Test(arguments: repairable)
  func `if the intended record is clear, it is printed`(record: String) throws {
    let wanted = "v=DKIM1; k=rsa; p=\(Self.weak)"
    #expect(RecordText(Array(record.utf8)).repaired == wanted)
    #expect(try check(record).issues.last?.fix?.hasSuffix("the corrected record: \(wanted)") == true)
  }

  @Test
  func `a record that was cut to one string of 255 bytes is recognized`() throws {
    let key = try PublishableKeyRecord(try SigningKey.generate(.rsa, bits: 2048), hashAlgorithms: ["sha256"])
    let check = try check(String(key.text.prefix(255)))
    #expect(check.outcome == .unusable)
    #expect(check.issues.contains { $0.text.contains("cut to one string of 255 bytes") })
  }

  static let doubtfulRecords: [(record: String, words: String)] = [
    ("v=DKIM1; p=\(weak)", "weak key: RSA with 1024 bits"),
    ("v=DKIM1; t=y; k=ed25519; p=\(ed25519)", "t=y"),
    ("v=DKIM1; k=ed25519; p=\(ed25519.prefix(20)) \(ed25519.dropFirst(20))", "white space inside p="),
    ("v=DKIM1; x=\"1\"; k=ed25519; p=\(ed25519)", "quotes or backslashes"),
  ]

  @Test(arguments: doubtfulRecords)
  func `a doubtful record can be used, and causes a warning with a fix`(record: String, words: String) throws {
    let check = try check(record)
    #expect(check.outcome == .usable)
    #expect(check.issues.map(\.severity) == [.warning])
    #expect(check.issues.first?.text.contains(words) == true)
    let fix = try #require(check.issues.first?.fix)
    #expect(!fix.contains("--"), "an option of a program in a library")
  }

  @Test
  func `quotes in a note are accepted, because opendkim-genkey writes them`() throws {
    #expect(try check("v=DKIM1; n=\"a (\\) note\"; k=ed25519; p=\(Self.ed25519)").issues == [])
  }

  @Test
  func `t=s is a note`() throws {
    let check = try check("v=DKIM1; t=s; k=ed25519; p=\(Self.ed25519)")
    #expect(check.issues.map(\.severity) == [.note])
  }

  @Test
  func `several records cannot be used, and each is reported`() throws {
    let check = try check(
      .records([Array("v=DKIM1; k=ed25519; p=\(Self.ed25519)".utf8), Array("v=spf1\u{7} -all".utf8)], secure: true))
    #expect(check.outcome == .unusable)
    #expect(check.isSecure == nil)
    #expect(check.issues.first?.text == "multiple DNS replies for 'sel._domainkey.example.com'")
    let fix = try #require(check.issues.first?.fix)
    #expect(fix.contains("is a key (ed25519, 256 bits)"))
    #expect(fix.contains("v=spf1"))
    #expect(!fix.contains("\u{7}"))
  }

  @Test
  func `a key that does not match the private key is reported; an unusable record takes precedence`() throws {
    let key = try SigningKey.generate(.ed25519)
    let other = try check(.records([Array("k=ed25519; p=\(Self.ed25519)".utf8)], secure: false), key: key)
    #expect(other.outcome == .mismatch)
    #expect(other.issues.map(\.severity) == [.mismatch])
    #expect(other.issues.first?.text == "keys do not match")
    #expect(other.issues.first?.fix?.contains(PublishableKeyRecord.publicKeyText(of: key)) == true)
    #expect(try check(.records([Array("p=\(Self.small)".utf8)], secure: false), key: key).outcome == .unusable)
    let same = Array(try PublishableKeyRecord(key).text.utf8)
    #expect(try check(.records([same], secure: false), key: key).issues == [])
  }

  static let failures: [(failure: KeyLookupFailure, words: String)] = [
    (.timeout(seconds: 5), "'sel._domainkey.example.com' query timed out"),
    (.serverFailure, "'sel._domainkey.example.com' query failed: SERVFAIL"),
    (.refused, "'sel._domainkey.example.com' query failed: REFUSED"),
    (.responseCode(9), "'sel._domainkey.example.com' query failed: response code 9"),
    (.malformed("a\u{1B}b"), "'sel._domainkey.example.com' query failed: a\\u{1b}b"),
    (.aliasLoop, "'sel._domainkey.example.com' query failed: CNAME loop"),
    (.bogus, "key bogus (DNSSEC failed)"),
    (.unavailable("no server"), "'sel._domainkey.example.com' query failed: no server"),
  ]

  @Test(arguments: failures)
  func `a failed lookup is reported with the reason and a fix`(failure: KeyLookupFailure, words: String) throws {
    let check = try check(.failure(failure))
    #expect(check.outcome == .unusable)
    #expect(check.issues.map(\.text) == [words])
    let fix = try #require(check.issues.first?.fix)
    #expect(!fix.contains("--"), "an option of a program in a library")
  }

  @Test(arguments: [KeyAnswer.noSuchName(secure: true), .noData(secure: false), .records([], secure: true)])
  func `a missing record is reported`(answer: KeyAnswer) throws {
    let check = try check(answer)
    #expect(check.outcome == .unusable)
    #expect(check.issues.map(\.text) == ["'sel._domainkey.example.com' record not found"])
    #expect(check.isSecure == nil)
  }
}
