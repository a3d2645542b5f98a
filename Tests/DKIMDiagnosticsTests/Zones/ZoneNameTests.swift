import DKIMDiagnostics
import Testing

@Suite("Names in the data of zone records")
struct ZoneNameTests {
  @Test(
    arguments: [
      ("ns1.example.com", "ns1.example.com."), ("ns1.example.com.", "ns1.example.com."), ("ns1", "ns1"),
      ("ns1.", "ns1."), ("NS1.Example.com", "ns1.example.com."), ("a b", nil), ("", nil), (".", nil),
    ] as [(String, String?)])
  func `a name of several labels is a full name, a single label is relative to the zone`(word: String, text: String?) {
    #expect(ZoneName(word)?.text == text)
  }

  @Test(
    arguments: [
      ("hostmaster@example.com", "hostmaster.example.com."), ("john.doe@example.com", "john\\.doe.example.com."),
      ("root@vm", "root.vm"), ("!~@vm", "!~.vm"), ("hostmaster", "hostmaster"),
      ("hostmaster.example.com", "hostmaster.example.com."),
      ("@example.com", nil), ("a b@example.com", nil), ("a;b@example.com", nil), ("a@", nil),
    ] as [(String, String?)])
  func `an address becomes a name; dots in the mailbox are escaped`(word: String, text: String?) {
    #expect(ZoneName.contact(word) == text)
  }
}
