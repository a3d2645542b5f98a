import Testing

@testable import DKIMDNS

extension DNSTests {
  @Suite("Places for lookups")
  struct PlacesTests {
    /// Makes lookups, and records which ones began or were refused, in order.
    private final class Record {
      let places: LookupQueue
      var begun: [String] = []
      var refused: [String] = []

      init(limit: Int) { places = LookupQueue(limit: limit) }

      @discardableResult
      func ask(_ name: String, _ client: KeyClient? = nil) -> LookupQueue.Ticket {
        let ticket = places.ticket(name, client) {
          self.begun.append(name)
        } refuse: {
          self.refused.append(name)
        }
        places.enter(ticket)
        return ticket
      }

      func end(_ ticket: LookupQueue.Ticket) {
        places.leave(ticket)
        places.admit(atMost: 2)
      }
    }

    static func client(_ number: Int) -> KeyClient {
      KeyClient(address: [192, 0, UInt8(truncatingIfNeeded: number >> 8), UInt8(truncatingIfNeeded: number)])
    }

    @Test
    func `a domain gets a sixteenth of the places, a client an eighth, and unknown clients all the rest`() {
      let record = Record(limit: 160)
      for number in 0..<100 { record.ask("s\(number)._domainkey.silent.example", Self.client(number)) }
      #expect(record.begun.count == 10)
      for number in 0..<100 { record.ask("s._domainkey.n\(number).example", Self.client(200)) }
      #expect(record.begun.count == 30)
      for number in 0..<200 { record.ask("s._domainkey.u\(number).example") }
      #expect(record.begun.count == 160)
      // Of the three waiting groups, the larger ones lose more lookups, until 160 are left.
      let lost = ["silent", ".n", ".u"].map { part in record.refused.count { $0.contains(part) } }
      #expect(lost.reduce(0, +) == 80 && lost[0] > lost[1] && lost[1] > lost[2], "\(lost)")
    }

    @Test
    func `a free place is given to the client with the fewest places, then to the domain with the fewest`() {
      let record = Record(limit: 64)
      var tickets: [LookupQueue.Ticket] = []
      // 8 clients with 8 lookups each use all places.
      for number in 0..<64 { tickets.append(record.ask("s._domainkey.d\(number).example", Self.client(number / 8))) }
      #expect(record.begun.count == 64)
      for number in 0..<20 { record.ask("t._domainkey.d\(number).example", Self.client(number % 8)) }
      record.ask("victim._domainkey.d0.example", Self.client(100))
      record.ask("victim._domainkey.other.example", Self.client(100))
      #expect(record.begun.count == 64)
      record.end(tickets[63])
      #expect(record.begun.last == "victim._domainkey.other.example")
      record.end(tickets[62])
      #expect(record.begun.last == "victim._domainkey.d0.example")
      // The client that has returned two places now has the fewest.
      record.end(tickets[8])
      #expect(record.begun.last == "t._domainkey.d7.example")
    }

    @Test
    func `when too many lookups wait, the last one of the client and domain with the most waiting is refused`() {
      let record = Record(limit: 16)
      for number in 0..<16 { record.ask("s._domainkey.d\(number).example") }
      for number in 0..<16 { record.ask("w\(number)._domainkey.silent.example", Self.client(1)) }
      #expect(record.refused.isEmpty)
      let victim = record.ask("v._domainkey.other.example", Self.client(2))
      #expect(record.refused == ["w15._domainkey.silent.example"] && victim.isWaiting)
      record.ask("w16._domainkey.silent.example", Self.client(1))
      #expect(record.refused.last == "w16._domainkey.silent.example")
    }

    @Test
    func `a lookup that another client joins counts for that client`() {
      let record = Record(limit: 64)
      for number in 0..<8 { record.ask("s._domainkey.d\(number).example", Self.client(1)) }
      let ticket = record.ask("wanted._domainkey.other.example", Self.client(1))
      #expect(ticket.isWaiting)
      record.places.join(ticket, Self.client(1))
      #expect(ticket.isWaiting)
      record.places.join(ticket, Self.client(2))
      #expect(!ticket.isWaiting && record.begun.last == "wanted._domainkey.other.example")
    }

    @Test
    func `a lookup that leaves while it waits returns no place and does not begin`() {
      let record = Record(limit: 8)
      let tickets = (0..<8).map { record.ask("s._domainkey.d\($0).example") }
      let leaving = record.ask("leaving._domainkey.example.com")
      record.ask("staying._domainkey.example.com")
      record.end(leaving)
      record.end(leaving)
      #expect(record.begun.count == 8)
      record.end(tickets[0])
      record.end(tickets[0])
      #expect(record.begun.count == 9 && record.begun.last == "staying._domainkey.example.com")
    }

    @Test
    func `lookups that fail immediately pass on their places without nesting`() {
      let places = LookupQueue(limit: 2000)
      var tickets: [Int: LookupQueue.Ticket] = [:]
      var ended = 0
      func end(_ number: Int) {
        guard let ticket = tickets.removeValue(forKey: number) else { return }
        ended += 1
        places.leave(ticket)
        places.admit(atMost: 2)
      }
      for number in 0..<2000 {
        // The first 125 lookups take all places of their domain, and keep them.
        let ticket = places.ticket("s\(number)._domainkey.example.com", nil) {
          if number >= 125 { end(number) }
        } refuse: {
        }
        tickets[number] = ticket
        places.enter(ticket)
      }
      #expect(ended == 0)
      end(0)
      #expect(ended == 1876 && tickets.count == 124)
    }

    @Test(arguments: [
      ("s._domainkey.example.com", "example.com"), ("s._domainkey.a.b.example.com", "example.com"),
      ("s._domainkey.example.de", "example.de"), ("s._domainkey.a.example.co.uk", "example.co.uk"),
      ("s._domainkey.abc.de", "_domainkey.abc.de"), ("com", "com"), ("example.com", "example.com"), ("", ""),
    ])
    func `the registered domain of a name`(_ name: String, _ domain: String) {
      #expect(LookupQueue.registeredDomain(name) == domain)
    }

    @Test
    func `a client is an IPv4 address, or the first half of an IPv6 address`() {
      let network: [UInt8] = [0x20, 1, 0xD, 0xB8, 0, 0, 0, 1]
      let hosts = [UInt8(0), 9].map { KeyClient(address: network + [$0, 0, 0, 0, 0, 0, 0, 1]) }
      #expect(hosts[0] == hosts[1] && hosts[0] != KeyClient(address: [0x20] + Array(repeating: 0, count: 15)))
      #expect(KeyClient(address: [192, 0, 2, 1]) != KeyClient(address: [192, 0, 2, 2]))
    }

    @Test(arguments: [(4096, 524_288, 4096), (4096, 1024, 256), (4096, 2, 1)])
    func `the number of file descriptors is a limit, too`(_ wanted: Int, _ descriptors: Int, _ expected: Int) {
      #expect(DescriptorLimit.lookups(wanted, descriptors: descriptors) == expected)
    }
  }
}
