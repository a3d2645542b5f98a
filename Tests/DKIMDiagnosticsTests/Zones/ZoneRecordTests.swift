import DKIMCore
import DKIMDNS
import DKIMDiagnostics
import Testing

@Suite("The forms of a key record")
struct ZoneRecordTests {
  /// One key for all tests, because generating keys is slow.
  static let rsa = Result { () throws(SigningKeyError) in try SigningKey.generate(.rsa, bits: 2048) }

  private func zone(
    domain: String = "example.com", selector: String = "sel", flags: [String] = [], notes: String? = nil
  ) throws -> ZoneRecord {
    ZoneRecord(
      try PublishableKeyRecord(try Self.rsa.get(), hashAlgorithms: ["sha256"], flags: flags, notes: notes),
      selector: try Selector(selector), domain: try DomainName(domain))
  }

  @Test
  func `the zone file has the format of opendkim-genkey`() throws {
    let key = Array(try zone().record.publicKeyText)
    #expect(key.count == 392)
    let expected = """
      sel._domainkey\tIN\tTXT\t( "v=DKIM1; h=sha256; k=rsa; "
      \t  "p=\(String(key[..<250]))"
      \t  "\(String(key[250...]))" )  ; ----- DKIM key sel for example.com

      """
    #expect(try zone().zoneFile(absolute: false) == expected)
    #expect(
      try zone().zoneFile(absolute: true) == expected.replacingPrefix("sel._domainkey", "sel._domainkey.example.com."))
  }

  @Test
  func `letter case is kept; U-labels become A-labels in names and are kept in the comment`() throws {
    #expect(
      try zone(domain: "Example.COM", selector: "Sel").zoneFile(absolute: true).hasPrefix(
        "Sel._domainkey.Example.COM.\t"))
    let zone = try zone(domain: "bücher.example", selector: "schlüssel")
    #expect(zone.name == "xn--schlssel-95a._domainkey.xn--bcher-kva.example")
    #expect(zone.zoneFile(absolute: false).hasPrefix("xn--schlssel-95a._domainkey\tIN"))
    #expect(zone.zoneFile(absolute: false).hasSuffix("; ----- DKIM key schlüssel for bücher.example\n"))
  }

  @Test
  func `no string is longer than DNS allows, and joined they are the record`() throws {
    for notes in [nil, "short", String(repeating: "long note ", count: 60)] {
      let zone = try zone(notes: notes)
      #expect(zone.strings.allSatisfy { (1...255).contains($0.utf8.count) })
      #expect(zone.strings.joined() == zone.record.text)
      let texts = [zone.zoneFile(absolute: true), zone.split, zone.updateScript]
      for text in texts { #expect(Self.strings(in: text).joined() == zone.record.text) }
      for text in texts { #expect(Self.strings(in: text).allSatisfy { $0.utf8.count <= 255 }) }
    }
  }

  @Test
  func `a key file can contain the split form`() async throws {
    let zone = try zone(flags: ["y"], notes: "\"a \\ note\"")
    let source = try KeyFileSource(Array("\(zone.name) \(zone.split)".utf8), path: "keys")
    let query = try #require(KeyQuery(domain: try DomainName("example.com"), selector: try Selector("sel")))
    #expect(await source.answer(query) == .records([Array(zone.record.text.utf8)], secure: false))
  }

  @Test
  func `the other forms`() throws {
    let zone = try zone()
    #expect(zone.line == zone.record.text + "\n")
    #expect(zone.split == "\"\(zone.strings[0])\" \"\(zone.strings[1])\"\n")
    #expect(
      zone.json == """
        {"name":"sel._domainkey.example.com","type":"TXT","value":"\(zone.record.text)",\
        "strings":["\(zone.strings[0])","\(zone.strings[1])"]}

        """)
    #expect(
      zone.updateScript == """
        update add sel._domainkey.example.com. 3600 IN TXT "\(zone.strings[0])" "\(zone.strings[1])"
        send

        """)
  }

  /// Returns the quoted strings of the presentation format, unescaped and without comments.
  static func strings(in text: String) -> [String] {
    var strings: [String] = []
    var current: String?
    var isEscaped = false
    for character in text {
      if let open = current {
        if isEscaped || character != "\"" && character != "\\" {
          current = open + String(character)
          isEscaped = false
        } else if character == "\\" {
          isEscaped = true
        } else {
          strings.append(open)
          current = nil
        }
      } else if character == "\"" {
        current = ""
      } else if character == ";" {
        break
      }
    }
    return strings
  }
}

extension String {
  fileprivate func replacingPrefix(_ old: String, _ new: String) -> String {
    hasPrefix(old) ? new + dropFirst(old.count) : self
  }
}
