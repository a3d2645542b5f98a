import DKIMCore
import DKIMDiagnostics
import Testing

@Suite("Zones with key records")
struct ZoneWriterTests {
  private static let key = Result { () throws(SigningKeyError) in try SigningKey.generate(.ed25519) }

  private func entry(_ selector: String, _ domain: String) throws -> ZoneWriter.Entry {
    let domain = try DomainName(domain)
    let record = ZoneRecord(
      try PublishableKeyRecord(try Self.key.get()), selector: try Selector(selector), domain: domain)
    return ZoneWriter.Entry(domain: domain, record: record)
  }

  /// Returns the first word of each line that has one, without the records of a key that continue a line.
  private func words(_ writer: ZoneWriter) -> [String] {
    writer.text().split(separator: "\n").filter { !$0.hasPrefix("\t") }.map { line in
      line.hasPrefix("$") ? String(line) : String(line.prefix { $0 != "\t" })
    }
  }

  @Test
  func `the keys of one domain need no origin`() throws {
    let writer = ZoneWriter([try entry("a", "example.com"), try entry("b", "example.com")])
    #expect(words(writer) == ["a._domainkey", "b._domainkey"])
  }

  @Test
  func `the keys of several domains are grouped by origin`() throws {
    var writer = ZoneWriter([
      try entry("a", "example.com"), try entry("b", "example.org"), try entry("c", "example.com"),
    ])
    #expect(
      words(writer) == [
        "$ORIGIN example.com.", "a._domainkey", "c._domainkey", "$ORIGIN example.org.", "b._domainkey",
      ])
    writer.owner = .selector
    #expect(words(writer) == ["$ORIGIN _domainkey.example.com.", "a", "c", "$ORIGIN _domainkey.example.org.", "b"])
    writer.owner = .absolute
    #expect(
      words(writer) == ["a._domainkey.example.com.", "c._domainkey.example.com.", "b._domainkey.example.org."])
  }

  @Test
  func `the keys of another domain than that of the zone need an origin`() throws {
    var writer = ZoneWriter([try entry("a", "mail.example.com")])
    writer.domain = try DomainName("example.com")
    #expect(words(writer) == ["$ORIGIN mail.example.com.", "a._domainkey"])
  }

  @Test
  func `a zone can start with its SOA and NS records`() throws {
    var writer = ZoneWriter([])
    var start = ZoneStart(server: "ns1.example.com.", contact: "hostmaster.example.com.", serial: 2_026_013_112)
    start.lifetime = 3600
    writer.start = start
    writer.nameServers = ["ns1.example.com.", "ns2"]
    #expect(
      writer.text() == """
        $TTL 3600
        @\tIN\tSOA\tns1.example.com.\thostmaster.example.com.\t (
        \t2026013112   ; Serial (yyyymmddhh)
        \t10800        ; Refresh
        \t1800         ; Retry
        \t604800       ; Expire
        \t3600       ) ; Default

        @\tIN\tNS\tns1.example.com.
        \tIN\tNS\tns2


        """)
  }

  @Test
  func `each record has the lifetime that was set, in seconds`() throws {
    var writer = ZoneWriter([try entry("a", "example.com")])
    writer.lifetime = 300
    #expect(writer.text().hasPrefix("a._domainkey\t300\tIN\tTXT\t( \"v=DKIM1; k=ed25519; \""))
  }
}
