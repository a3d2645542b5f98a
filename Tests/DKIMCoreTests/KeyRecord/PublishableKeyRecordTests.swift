import Testing

@testable import DKIMCore

@Suite("Text of key records")
struct PublishableKeyRecordTests {
  static let ed25519 = Result { () throws(SigningKeyError) in try SigningKey.generate(.ed25519) }

  private func key() throws -> SigningKey { try Self.ed25519.get() }

  @Test
  func `the tags are in the same order as in opendkim-genkey`() throws {
    let record = try PublishableKeyRecord(
      try key(), hashAlgorithms: ["sha256", "SHA1"], services: ["email"], flags: ["y", "s"], notes: "a note")
    #expect(record.head == "v=DKIM1; n=a note; h=sha256:sha1; k=ed25519; t=y:s; s=email; ")
    #expect(record.text == record.head + "p=" + Base64.encode(try key().publicKey))
  }

  @Test
  func `tags without a value are omitted`() throws {
    #expect(try PublishableKeyRecord(try key()).head == "v=DKIM1; k=ed25519; ")
  }

  static let hashLists: [[String]?] = [nil, ["sha256"], ["sha256", "sha1"], ["x-new", "a09"]]
  static let serviceLists: [[String]?] = [nil, ["email"], ["*"], ["email", "tlsrpt"]]

  @Test(arguments: hashLists, serviceLists)
  func `a written record parses to the same values`(hashes: [String]?, services: [String]?) throws {
    for flags in [[], ["y"], ["s"], ["y", "s"]] {
      for notes in [nil, "", "x"] {
        let text = try PublishableKeyRecord(
          try key(), hashAlgorithms: hashes, services: services, flags: flags, notes: notes)
        let record = try KeyRecord(Array(text.text.utf8))
        #expect(record.hashAlgorithms == hashes)
        #expect(record.services == services)
        #expect(record.flags == flags)
        #expect(record.notes == notes)
        #expect(record.keyType == .ed25519)
        #expect(record.belongs(to: try key()))
      }
    }
  }

  @Test(arguments: [1024, 2048])
  func `a written RSA key parses to the same key`(bits: Int) throws {
    let key = try SigningKey.generate(.rsa, bits: bits)
    let record = try KeyRecord(Array(try PublishableKeyRecord(key).text.utf8))
    #expect(record.keyBits == bits)
    #expect(record.belongs(to: key))
    #expect(!record.belongs(to: try SigningKey.generate(.rsa, bits: bits)))
    #expect(!record.belongs(to: try self.key()))
  }

  @Test
  func `a record with the public key in PKCS#1 belongs to its private key`() throws {
    let key = try SigningKey.generate(.rsa, bits: 1024)
    // SubjectPublicKeyInfo: 22 bytes, then RSAPublicKey.
    let bare = Base64.encode(Array(key.publicKey.dropFirst(22)))
    #expect(try KeyRecord(Array("p=\(bare)".utf8)).belongs(to: key))
  }

  static let oddNotes = [
    " leading and trailing ", "semi;colon", "a=b", "=20", "100 %", "\"quoted\"", "back\\slash", "tab\tinside", "\t",
    " ", "two  blanks", "line\r\nbreak", "null\0", "Schlüssel für 例え", "~!@#$^&*()_+{}|:<>?", "",
  ]

  @Test(arguments: oddNotes)
  func `any note survives a round trip in printable ASCII`(note: String) throws {
    let text = try PublishableKeyRecord(try key(), notes: note).text
    #expect(text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F || $0 == 0x09 })
    #expect(try KeyRecord(Array(text.utf8)).notes == note)
  }

  @Test(arguments: 0..<50)
  func `random notes survive a round trip`(seed: UInt64) throws {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
    let scalars = (0..<Int(seed % 40)).compactMap { _ -> Unicode.Scalar? in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Unicode.Scalar(UInt32(truncatingIfNeeded: state >> 33) % 0x180)
    }
    let note = String(String.UnicodeScalarView(scalars))
    #expect(try KeyRecord(Array(try PublishableKeyRecord(try key(), notes: note).text.utf8)).notes == note)
  }

  static let noWords = [
    "", " ", "sha256;", "a b", "1x", "x-", "-x", "a:b", "a_b", "é", "**", "a*", "a/b", "sha{", "{sha", "`sha", "[", "@",
  ]

  @Test(arguments: noWords)
  func `an invalid word is rejected, and the error names its tag`(word: String) throws {
    let key = try key()
    #expect(throws: KeyRecordError.badValue(tag: "h", found: word)) {
      try PublishableKeyRecord(key, hashAlgorithms: ["sha256", word])
    }
    #expect(throws: KeyRecordError.badValue(tag: "s", found: word)) { try PublishableKeyRecord(key, services: [word]) }
    #expect(throws: KeyRecordError.badValue(tag: "t", found: word)) { try PublishableKeyRecord(key, flags: [word]) }
  }

  @Test(arguments: ["sha 256", "sha256:", ":sha256", "sha256:sh\u{E9}", "a\tb"])
  func `a word of a record has no blanks inside and only visible characters`(list: String) throws {
    let text = try PublishableKeyRecord(key()).text.replacing("v=DKIM1;", with: "v=DKIM1; h=\(list);")
    #expect(throws: KeyRecordError.self) { try KeyRecord(Array(text.utf8)) }
    let good = text.replacing("h=\(list);", with: "h= sha256 : sha1 ;")
    #expect(try KeyRecord(Array(good.utf8)).hashAlgorithms == ["sha256", "sha1"])
  }

  @Test
  func `a record has at most 16,384 bytes`() throws {
    let text = try PublishableKeyRecord(key()).text + "; n="
    let longest = text + String(repeating: "x", count: 16_384 - text.utf8.count)
    _ = try KeyRecord(Array(longest.utf8))
    #expect(throws: KeyRecordError.tooLong(length: 16_385, limit: 16_384)) {
      try KeyRecord(Array((longest + "x").utf8))
    }
  }

  @Test
  func `an empty list is rejected`() throws {
    let key = try key()
    #expect(throws: KeyRecordError.badValue(tag: "h", found: "")) { try PublishableKeyRecord(key, hashAlgorithms: []) }
    #expect(throws: KeyRecordError.badValue(tag: "s", found: "")) { try PublishableKeyRecord(key, services: []) }
  }
}
