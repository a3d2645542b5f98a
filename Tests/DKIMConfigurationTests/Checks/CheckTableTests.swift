import Glibc
import Testing

@testable import DKIMConfiguration

/// Checks of lists, tables and keys.
@Suite struct CheckTableTests {
  private func check(_ text: String, _ folder: SettingsFolder) async -> [String] {
    var check = ConfigurationCheck()
    check.postfix = "/nonexistent"
    check.accounts = .test()
    let (settings, problems) = Settings.parse(
      verifying("Socket inet:8891@localhost\nOversignHeaders From\n" + text.replacing("DIR", with: folder.path)),
      file: "c")
    return lines(problems + (await check.problems(settings)), in: folder)
  }

  @Test(arguments: [
    ("0.0.0.0/0,127.0.0.1", "\"0.0.0.0/0\" matches every IPv4 client"),
    ("csl:::/0,::1", "\"::/0\" matches every IPv6 client"),
    ("DIR/all", "\"0.0.0.0/0\" matches every IPv4 client"),
  ])
  func `a list of hosts that contains every host makes verifying impossible`(list: String, expected: String)
    async throws
  {
    let folder = try SettingsFolder()
    try folder.write("all", "::1\n0.0.0.0/0\n")
    let problems = await check("InternalHosts \(list)\n", folder)
    #expect(problems.contains { $0.contains(": warning: InternalHosts: ") && $0.contains(expected) }, "\(problems)")
  }

  @Test func `hosts that never match are reported with their line`() async throws {
    let folder = try SettingsFolder()
    try folder.write("hosts", "127.0.0.1\n::1\n192.0.2.9/24 # ours\n192.0.2.0/24\n")
    #expect(
      await check("InternalHosts DIR/hosts\nPeerList DIR/hosts\n", folder) == [
        "hosts:3: warning: \"192.0.2.9/24\" never matches: the address has bits set after the prefix; "
          + "write 192.0.2.0/24"
      ])
  }

  @Test(arguments: [
    (
      "Domain example.com example.org\nKeyFile DIR/k\nSelector s", "warning",
      "it contains white space; separate entries with commas"
    ),
    ("Domain *.example.com\nKeyFile DIR/k\nSelector s", "warning", "to include its subdomains, set SubDomains yes"),
    ("Domain foo@example.com\nKeyFile DIR/k\nSelector s", "warning", "never matches: as a domain name it"),
    ("ExemptDomains a.example b.example", "warning", "it contains white space"),
    ("ExemptDomains *.x", "warning", "not allowed in a domain name"),
    ("TrustSignaturesFrom .example.com", "warning", "never matches"),
    ("DontSignMailTo *@example.com", "warning", "* is not a wildcard here"),
    ("DontSignMailTo a@b.example c@d.example", "warning", "it contains white space"),
    ("DontSignMailTo example.com", "warning", "it is not an address"),
    ("MTA a b", "warning", "it contains white space"),
    ("RemoveARFrom a.example b.example", "warning", "it contains white space"),
  ])
  func `rows that never match are reported`(lines: String, severity: String, expected: String) async throws {
    let folder = try SettingsFolder()
    try folder.key("rsa2048.pem", as: "k")
    let problems = await check(lines + "\n", folder)
    #expect(problems.count { $0.hasPrefix("c:3: \(severity): ") && $0.contains(expected) } == 1, "\(problems)")
  }

  @Test(arguments: [
    "Domain *\nKeyFile DIR/k\nSelector s", "Domain example.com,bücher.example\nKeyFile DIR/k\nSelector s",
    "DontSignMailTo a@b.example", "RemoveARFrom mx.example.com,.example.org", "BodyLengthDB *@example.com",
    "TrustSignaturesFrom example.org", "MTA smtp,submission", "DontSignMailTo refile:DIR/patterns",
  ])
  func `rows that can match have no problems`(lines: String) async throws {
    let folder = try SettingsFolder()
    try folder.key("rsa2048.pem", as: "k")
    try folder.write("patterns", "*@example.com\n")
    #expect(await check(lines + "\n", folder).filter { $0.contains("never matches") } == [])
  }

  @Test func `networks in a file of patterns are looked at`() async throws {
    let folder = try SettingsFolder()
    try folder.write("hosts", "127.0.0.1\n::1\n192.0.2.*\n198.51.100.4/24\n192.0.2.0/33\n")
    #expect(
      await check("InternalHosts refile:DIR/hosts\n", folder) == [
        "hosts:4: warning: \"198.51.100.4/24\" never matches: the address has bits set after the prefix; "
          + "write 198.51.100.0/24",
        "hosts:5: warning: \"192.0.2.0/33\" never matches: it is not a valid network; "
          + "write ADDRESS/BITS, such as 192.0.2.0/24",
      ])
  }

  @Test(.enabled(if: geteuid() == 0)) func `keys that only root reads are all read at the start`() async throws {
    let folder = try SettingsFolder(isShared: true)
    var rows = ""
    for number in 1...4 {
      try folder.key("ed25519.pem", as: "k\(number)", mode: number == 3 ? 0o644 : 0o600)
      rows += "k\(number) example.com:s\(number):\(folder.path)/k\(number)\n"
    }
    try folder.write("keys", rows)
    try folder.write("signers", "example.com k4\n")
    let text =
      "Socket inet:8891@localhost\nUserID nobody\nRequireSafeKeys no\nKeyTable \(folder.path)/keys\n"
      + "SigningTable \(folder.path)/signers\n"
    var loader = ConfigurationLoader()
    loader.preloadLimit = 1
    let configuration = try #require(await loader.load(Settings.parse(text, file: "c").0).0)
    // All except the third key, which can be read when it is needed.
    #expect(configuration.signing.keyStore.count == 3)
  }

  @Test func `internal hosts without this machine are reported`() async throws {
    let folder = try SettingsFolder()
    #expect(
      await check("InternalHosts 192.0.2.0/24\n", folder) == [
        "c:3: warning: InternalHosts replaces the default and does not include 127.0.0.1 and ::1: "
          + "mail from this machine is not signed; add 127.0.0.1 and ::1"
      ])
  }

  @Test func `a list that begins with i pv 6 is a list`() async throws {
    let folder = try SettingsFolder()
    #expect(await check("InternalHosts ::1,127.0.0.1\n", folder) == [])
  }

  @Test func `every row of the tables is looked at`() async throws {
    let folder = try SettingsFolder()
    try folder.key("rsa2048.pem", as: "good")
    try folder.key("rsa1024.pem", as: "weak")
    try folder.key("rsa768.pem", as: "small")
    try folder.key("rsa2048.pem", as: "open", mode: 0o644)
    try folder.key("ed25519.pem", as: "ed")
    try folder.write("junk", "no key\n", mode: 0o600)
    try folder.write(
      "keys",
      """
      k1 example.com:s1:\(folder.path)/good
      k2 example.com:s2:\(folder.path)/none
      k3 example.com:s3
      k4 example.com:s4:\(folder.path)/open
      k5 example.com:s5:\(folder.path)/small
      k6 example.com:s6:\(folder.path)/weak
      k7 example.com:s7:\(folder.path)/junk
      k8 example.com:s8:\(folder.path)/ed:rsa-sha256
      k9 %:s9:\(folder.path)/%.key
      k10 example.com:s10:MIIgarbage
      """)
    try folder.write(
      "senders", "a@example.com k1:a@example.com\n*@example.org nokey\n*@example.net k1:x@example.net\nrow\n")
    let problems = await check("KeyTable DIR/keys\nSigningTable refile:DIR/senders\n", folder)
    let expected = [
      "keys:2: warning: can't load key from none: No such file or directory",
      "keys:3: warning: KeyTable entry for 'k3' corrupt: a key is missing",
      "keys:4: warning: open: key data is not secure: open can be read or written by other users; chmod o-rw open",
      "keys:5: warning: can't load key from small: the RSA key has 768 bits",
      "keys:6: warning: weak: the RSA key has 1024 bits; 2048 is recommended",
      "keys:7: warning: can't load key from junk",
      "keys:8: warning: ed is an Ed25519 key, but the row names an RSA algorithm",
      "keys:10: warning: the key of 10 bytes in the KeyTable is invalid",
      "senders:2: warning: signing table references unknown key 'nokey'",
      "senders:3: warning: the identity \"x@example.net\" is not in \"example.com\"",
      "senders:4: warning: the row \"row\" names no key",
    ]
    for text in expected { #expect(problems.contains { $0.hasPrefix(text) }, "\(text)\n\(problems)") }
    #expect(problems.count { !$0.contains("pattern \"row\"") } == expected.count, "\(problems)")
  }

  /// Receivers need not accept more than 4096 bits. // RFC 8301 §3.2
  @Test func `a key that many receivers do not accept is reported`() async throws {
    let folder = try SettingsFolder()
    try folder.key("rsa8192.pem", as: "large")
    try folder.key("rsa4096.pem", as: "good")
    #expect(
      await check("Domain example.com\nSelector s\nKeyFile DIR/large\n", folder) == [
        "c:5: warning: large: the RSA key has 8192 bits; receivers are not required to accept more than 4096; "
          + "2048 is recommended; make a new key with \"dkimtool genkey\" and publish it"
      ])
    #expect(await check("Domain example.com\nSelector s\nKeyFile DIR/good\n", folder) == [])
    try folder.key("rsa8193.pem", as: "huge")
    let problems = await check("Domain example.com\nSelector s\nKeyFile DIR/huge\n", folder)
    #expect(problems.contains { $0.hasPrefix("c:5: error: ") && $0.contains("8193 bits") }, "\(problems)")
  }

  @Test func `patterns in a plain table are reported`() async throws {
    let folder = try SettingsFolder()
    try folder.key("rsa2048.pem", as: "good")
    try folder.write("senders", "*@example.com k\n")
    #expect(
      await check("KeyTable csl:k=example.com:s:DIR/good\nSigningTable DIR/senders\n", folder) == [
        "senders:1: warning: \"*@example.com\" never matches: this data set does not support patterns; "
          + "write example.com, or write refile: before the path of the table"
      ])
  }

  @Test func `a key that does not fit the algorithm is reported`() async throws {
    let folder = try SettingsFolder()
    try folder.key("ed25519.pem", as: "ed")
    #expect(
      await check("Domain example.com\nSelector s\nKeyFile DIR/ed\nSignatureAlgorithm rsa-sha256\n", folder) == [
        "c:5: warning: ed is an Ed25519 key, but SignatureAlgorithm requires the other type; "
          + "remove SignatureAlgorithm; the algorithm follows from the type of each key"
      ])
  }

  @Test func `the exact command for an unsafe key is printed`() async throws {
    let folder = try SettingsFolder()
    try folder.key("rsa2048.pem", as: "k", mode: 0o644)
    #expect(
      await check("Domain example.com\nSelector s\nKeyFile DIR/k\n", folder) == [
        "c:5: error: k: key data is not secure: k can be read or written by other users; chmod o-rw k"
      ])
  }

  @Test func `the body length list of the wiki is reported`() async throws {
    let folder = try SettingsFolder()
    try folder.write("lengths", ".*\n")
    let problems = await check("BodyLengthDB refile:DIR/lengths\n", folder)
    #expect(problems.contains { $0.hasPrefix("lengths:1: warning: ") && $0.contains("write * alone") }, "\(problems)")
  }

  @Test func `a second from field is a note where something is signed`() async throws {
    let folder = try SettingsFolder()
    try folder.key("rsa2048.pem", as: "k")
    let problems = await check("Domain a.example\nSelector s\nKeyFile DIR/k\nOversignHeaders To\n", folder)
    #expect(
      problems.count == 2 && problems[0].hasPrefix("c:2: warning: OversignHeaders is repeated at c:6")
        && problems[1].hasPrefix("c:6: note: OversignHeaders does not name From"), "\(problems)")
  }
}
