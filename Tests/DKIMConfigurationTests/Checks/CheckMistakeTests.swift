import Testing

@testable import DKIMConfiguration

/// `-n`: mistakes that do not keep the filter from starting.
@Suite struct CheckMistakeTests {
  private func check(_ text: String, _ folder: SettingsFolder? = nil) async -> [String] {
    var check = ConfigurationCheck()
    check.loader.parts = BuildParts([])
    check.postfix = (folder?.path ?? "/nonexistent") + "/main.cf"
    check.accounts = .test(postfixIsInGroup: true)
    let (settings, problems) = Settings.parse("Socket inet:8891@localhost\n" + text, file: "c")
    return lines(problems + (await check.problems(settings)), in: folder)
  }

  @Test(arguments: [
    ("", "no signing keys are configured: no mail is signed"), ("Mode s", "and Mode is s: the filter does nothing"),
  ])
  func `no key at all`(mode: String, expected: String) async {
    let problems = await check(mode + "\n")
    #expect(problems.count == 1 && problems[0].contains("warning: ") && problems[0].contains(expected), "\(problems)")
    #expect(await check("Mode v\n") == [])
  }

  @Test func `two hosts on one line`() async throws {
    let folder = try SettingsFolder()
    let hosts = try folder.write("hosts", "127.0.0.1, 192.168.1.0/24\n::1\n10.0.0.0/8 10.1.0.0/16\n127.0.0.1\n")
    let problems = await check("Mode v\nInternalHosts \(hosts)\n", folder)
    #expect(
      problems == [
        "hosts:1: warning: \"127.0.0.1,\" is followed by other text on its line: each line has one host, and the rest "
          + "of the line is ignored; write 127.0.0.1 on a line of its own, without a comma",
        "hosts:3: warning: \"10.0.0.0/8\" is followed by other text on its line: each line has one host, and the rest "
          + "of the line is ignored; write 10.0.0.0/8 on a line of its own, without a comma",
      ])
  }

  @Test func `a pattern for every host keeps all others out`() async throws {
    let folder = try SettingsFolder()
    let hosts = try folder.write("hosts", "127.0.0.1\n*\n*.example.com\n!example.org\n")
    let problems = await check("Mode v\nInternalHosts refile:\(hosts)\n", folder)
    #expect(
      problems == [
        "hosts:2: warning: \"*\" excludes every host from the list, including hosts on other lines, as in OpenDKIM; "
          + "list the names, .domains, addresses and networks of your own hosts"
      ])
    let list = HostList(try await DataSets.open("refile:\(hosts)", location: nil))
    for (name, address) in [
      ("mail.example.net", "192.0.2.1"), ("mail.example.com", "192.0.2.1"), (nil, "127.0.0.1"), (nil, "::1"),
    ] {
      let decision = try await list.decision(name: name, address: IPAddress(address))
      guard case .excluded(let match) = decision else {
        Issue.record("\(name ?? address): \(decision)")
        continue
      }
      #expect(match.row.location?.line == 2)
    }
  }

  @Test func `a selector with the name of its zone`() async throws {
    let folder = try SettingsFolder()
    let key = try folder.key("rsa2048.pem", as: "key")
    let problems = await check(
      "Syslog yes\nRequireSafeKeys no\nOversignHeaders From\nDomain example.com\nKeyFile \(key)\nSelector 2021._domainkey\n",
      folder)
    #expect(
      problems == [
        "c:7: warning: the selector \"2021._domainkey\" contains \"._domainkey\", which verifiers add themselves, so "
          + "they will not find the key; write 2021"
      ])
  }

  @Test func `a setting that is given twice`() async {
    #expect(
      await check("Mode s\nClockDrift 5\nMode v\nClockDrift 9\nClockDrift 300\n") == [
        "c:2: warning: Mode is repeated at c:4: this line has no effect; remove one of the two lines",
        "c:3: warning: ClockDrift is repeated at c:6: this line has no effect; remove one of the two lines",
        "c:5: warning: ClockDrift is repeated at c:6: this line has no effect; remove one of the two lines",
      ])
  }

  @Test func `a field that is signed and omitted`() async {
    #expect(
      await check("Mode v\nSignHeaders From,Subject,X-One\nOmitHeaders x-one,X-Two\n") == [
        "c:4: warning: \"X-One\" is in both SignHeaders and OmitHeaders, so it is not signed; "
          + "remove it from one of the two settings"
      ])
    #expect(await check("Mode v\nSignHeaders *,+X-One,-Subject\nOmitHeaders Subject\n") == [])
  }

  @Test func `settings that have no effect with KeyTable`() async throws {
    let folder = try SettingsFolder()
    let key = try folder.key("rsa2048.pem", as: "key")
    let text =
      "UserID opendkim\nRequireSafeKeys no\nOversignHeaders From\nKeyTable csl:k=example.com:s:\(key)\nSigningTable csl:example.com=k,example.net=x\n"
    #expect(await check(text, folder).contains { $0.contains("x") && $0.contains("KeyTable") })
    #expect(await check(text + "CheckSigningTable no\n", folder).allSatisfy { !$0.contains("KeyTable") })
  }

  @Test(arguments: [
    ("inet:8891", true), ("inet:8891@0.0.0.0", true), ("inet6:8891", true), ("inet6:8891@[::]", true),
    ("inet:8891@192.0.2.1", true), ("inet:8891@localhost", false), ("inet:8891@127.0.0.2", false),
    ("inet6:8891@[::1]", false), ("inet6:8891@[::ffff:127.0.0.1]", false), ("local:/run/opendkim/x.sock", false),
  ])
  func `a socket that other hosts reach`(socket: String, isReachable: Bool) async throws {
    let folder = try SettingsFolder()
    let key = try folder.key("rsa2048.pem", as: "key")
    let keys = "UserID root\nDomain example.com\nKeyFile \(key)\nSelector s\nSocket \(socket)\n"
    func warns(_ text: String) async -> Bool {
      let (_, problems) = await ConfigurationLoader().load(Settings.parse(text, file: "c").0)
      return problems.contains { $0.severity == .warning && $0.text.contains("can get any message signed") }
    }
    #expect(await warns(keys) == isReachable)
    #expect(await !warns(keys + "AllowConnectionsFrom 192.0.2.0/24\n"))
    #expect(await !warns(keys + "Mode v\n"))
  }

  @Test func `a quoted authserv ID`() async {
    let settings = Settings.parse("AuthservID \"mail.example.com\"\n", file: "c").0
    let results = await ConfigurationLoader().load(settings).0?.results
    #expect(results?.authservID == "mail.example.com" && results?.quotesAuthservID == true)
  }
}
