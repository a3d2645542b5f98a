import SystemPackage
import Testing

@testable import DKIMDNS

extension DNSTests {
  @Suite("Name servers and resolv.conf")
  struct ConfigurationTests {
    @Test(arguments: [
      ("192.0.2.1", "192.0.2.1", 53, false), ("127.0.0.1@5353", "127.0.0.1", 5353, true),
      ("::1@5353", "::1", 5353, true), ("::1", "::1", 53, true), ("2001:DB8::53", "2001:DB8::53", 53, false),
      ("127.8.9.10", "127.8.9.10", 53, true), ("fe80::1%lo@65535", "fe80::1%lo", 65_535, false),
      ("0:0:0:0:0:0:0:1", "0:0:0:0:0:0:0:1", 53, true), ("128.0.0.1", "128.0.0.1", 53, false),
    ])
    func `name servers`(_ text: String, address: String, port: Int, isLoopback: Bool) throws {
      let server = try NameServer(text)
      #expect(server.address == address && server.port == port && server.isLoopback == isLoopback)
      #expect(server.description == text)
      #expect(server.socketAddress.port == port)
    }

    @Test
    func `the socket address contains the scope of an address`() throws {
      #expect(try NameServer("fe80::1%lo") != NameServer("fe80::1"))
      #expect(throws: NameServerError.unknownScope("fe80::1%nowhere0")) { try NameServer("fe80::1%nowhere0") }
    }

    @Test
    func `an address that was parsed elsewhere is the same server`() throws {
      let four = NameServer(address: "127.0.0.1", bytes: [127, 0, 0, 1], scope: 0, port: 5353)
      #expect(try four == NameServer("127.0.0.1@5353") && four.isLoopback && four.description == "127.0.0.1@5353")
      let bytes: [UInt8] = [0xFE, 0x80] + [UInt8](repeating: 0, count: 13) + [1]
      let six = NameServer(address: "fe80::1%1", bytes: bytes, scope: 1, port: 53)
      #expect(try six == NameServer("fe80::1%1") && !six.isLoopback && six.description == "fe80::1%1")
    }

    @Test(
      arguments: [
        ("", .noAddress("")), ("@53", .noAddress("@53")), ("ns.example.com", .notAnAddress("ns.example.com")),
        ("192.0.2", .notAnAddress("192.0.2")), ("192.0.2.256", .notAnAddress("192.0.2.256")),
        ("192.0.2.1:53", .notAnAddress("192.0.2.1:53")), ("[::1]", .notAnAddress("[::1]")),
        ("192.0.2.1@", .badPort("")), ("192.0.2.1@0", .badPort("0")), ("192.0.2.1@65536", .badPort("65536")),
        ("192.0.2.1@+53", .badPort("+53")), ("192.0.2.1@53@53", .badPort("53@53")), ("::1@ 53", .badPort(" 53")),
        ("192.0.2.1 ", .notAnAddress("192.0.2.1 ")), ("127.0.0.1%lo", .notAnAddress("127.0.0.1%lo")),
        ("\u{0}", .notAnAddress("\u{0}")), ("1", .notAnAddress("1")), ("fe80::1%", .unknownScope("fe80::1%")),
      ] as [(String, NameServerError)])
    func `invalid name servers`(_ text: String, error: NameServerError) {
      #expect(throws: error) { try NameServer(text) }
      #expect(!error.description.isEmpty)
    }

    static func parse(_ text: String) throws(ResolvConfError) -> DNSConfiguration {
      try ResolvConf.configuration(bytes(text), path: "resolv.conf")
    }

    @Test
    func `resolv.conf: servers and options`() throws {
      let configuration = try Self.parse(
        """
        # a comment
        ; another
        domain example.com
        nameserver 192.0.2.1
        \tnameserver   2001:db8::1 # behind
        nameserver fe80::1%lo\r
        nameserver 192.0.2.4
        options timeout:3 attempts:4 rotate edns0 trust-ad ndots:2
        """)
      #expect(configuration.servers.map(\.description) == ["192.0.2.1", "2001:db8::1", "fe80::1%lo"])
      #expect(
        configuration.attemptTimeout == .seconds(3) && configuration.attempts == 4 && configuration.rotatesServers)
      #expect(configuration.trustAuthenticatedData == .always)
    }

    @Test
    func `resolv.conf: numbers are limited as in the C library, invalid lines are ignored`() throws {
      let large = try Self.parse("nameserver 192.0.2.1\noptions timeout:99999999999 attempts:100")
      #expect(
        large.attemptTimeout == DNSConfiguration(servers: []).attemptTimeout || large.attemptTimeout == .seconds(30))
      #expect(large.attempts == 5)
      #expect(try Self.parse("nameserver 192.0.2.1\noptions timeout:99").attemptTimeout == .seconds(30))
      let odd = try Self.parse(
        "nameserver\nnameserver x\nnameserver 192.0.2.1@5\nnameserver 192.0.2.7\noptions timeout: rotate:1")
      #expect(odd.servers.map(\.description) == ["192.0.2.7"])
      #expect(!odd.rotatesServers && odd.trustAuthenticatedData == .loopback)
      for text in ["options timeout:-1 attempts:0", "options timeout:x attempts:99999999999999999999"] {
        let plain = try Self.parse(text)
        #expect(plain.attemptTimeout == DNSConfiguration(servers: []).attemptTimeout && plain.attempts == 2)
      }
    }

    @Test
    func `resolv.conf without a server means the local host; without a usable server, it is an error`() throws {
      #expect(try Self.parse("").servers.map(\.description) == ["127.0.0.1"])
      #expect(throws: ResolvConfError.noUsableServer(path: "resolv.conf", line: 2, error: .notAnAddress("x"))) {
        try Self.parse("\nnameserver x\nnameserver y")
      }
      #expect(throws: ResolvConfError.unreadable(path: "/nowhere/resolv.conf", reason: "No such file or directory")) {
        try DNSConfiguration.resolvConf(path: "/nowhere/resolv.conf")
      }
      #expect(throws: ResolvConfError.self) { try DNSConfiguration.resolvConf(path: "/proc") }
    }

    @Test
    func `absurd times and counts are limited`() {
      var configuration = DNSConfiguration(servers: [])
      configuration.timeout = .seconds(Int64.max)
      configuration.attemptTimeout = .seconds(-5)
      configuration.attempts = Int.min
      #expect(configuration.boundedTimeout == .seconds(86_400) && configuration.wholeSeconds == 86_400)
      #expect(configuration.boundedAttemptTimeout == .milliseconds(1) && configuration.boundedAttempts == 1)
      #expect(configuration.tickTime == .milliseconds(1))
      configuration.attempts = Int.max
      #expect(configuration.boundedAttempts == 100)
    }
  }
}
