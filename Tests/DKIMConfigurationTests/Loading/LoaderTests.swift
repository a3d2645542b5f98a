import DKIMCore
import SystemPackage
import SystemSupport
import TestSupport
import Testing

@testable import DKIMConfiguration

@Suite struct LoaderTests {
  private func load(_ text: String) async -> (Configuration?, [String]) {
    let (settings, problems) = Settings.parse(text, file: "c")
    let (configuration, more) = await ConfigurationLoader().load(settings)
    return (configuration, lines(problems + more))
  }

  @Test func `without anything every setting has its default`() async throws {
    let (found, problems) = await load("")
    let configuration = try #require(found)
    let standard = Configuration()
    #expect(problems == [])
    #expect(configuration.roles == standard.roles)
    #expect(configuration.actions == standard.actions)
    #expect(configuration.limits == standard.limits)
    #expect(configuration.log == standard.log)
    #expect(configuration.metrics == standard.metrics)
    #expect(configuration.process == standard.process)
    #expect(configuration.verification.policy == standard.verification.policy)
    #expect(configuration.verification.policy.maximumSignatures == 3)
    #expect(configuration.signing.signedHeaders.patterns == standard.signing.signedHeaders.patterns)
    #expect(configuration.signing.signedHeaders.excluded == ["Return-Path", "Received", "Comments", "Keywords"])
    #expect(configuration.signing.signedHeaders.patterns.count == 20)
    #expect(configuration.signing.canonicalization == .simple)
    #expect(configuration.signing.signatureAlgorithm == nil)
    #expect(configuration.dns.timeout == 5)
    #expect(configuration.origin.senderHeaders.map(\.text) == ["From"])
    #expect(await configuration.origin.internalHosts.decidesAboutLoopback())
  }

  @Test func `locations contain the file and line of each setting`() async throws {
    let (found, _) = await load("Mode s\n\nmode v\nlogwhy yes\n")
    let configuration = try #require(found)
    #expect(configuration.locations["Mode"] == FileLocation(file: "c", line: 3))
    #expect(configuration.location(Setting.mode) == FileLocation(file: "c", line: 3))
    #expect(configuration.location(Setting.socket) == nil)
    #expect(configuration.locations["LogWhy"] == FileLocation(file: "c", line: 4))
    #expect(configuration.locations["Socket"] == nil)
  }

  @Test func `On-Default sets all actions that are not set themselves`() async throws {
    let (found, _) = await load("On-DNSError a\nOn-Default quarantine\n")
    let actions = try #require(found).actions
    #expect(actions.dnsError == .accept)
    #expect(actions.badSignature == .quarantine)
    #expect(actions.signatureError == .quarantine)
    #expect(actions.security == .quarantine)
  }

  @Test(arguments: [
    ("10/1h", 10, 3600), ("3/30", 3, 30), ("3/30s", 3, 30), ("1/2M", 1, 120), ("5/1d", 5, 86_400),
  ])
  func `restart rates are read`(text: String, restarts: Int, seconds: Int) {
    #expect(ProcessRules.RestartRate(text) == ProcessRules.RestartRate(restarts: restarts, seconds: seconds))
  }

  @Test(arguments: ["10", "10/", "/1h", "x/1h", "10/1w", "0/1h", "10/0", "10/1h/2", "9999999999/1", "1/h", "-1/1h"])
  func `an invalid restart rate is refused`(text: String) async {
    #expect(ProcessRules.RestartRate(text) == nil)
    let (configuration, problems) = await load("AutoRestartRate \(text)\n")
    #expect(configuration == nil)
    #expect(problems.count == 1)
  }

  @Test(arguments: [
    ("0", nil), ("1000", Minimum.bytes(1000)), ("50%", .percent(50)), ("100%", .percent(100)),
    ("200+", .unsigned(200)),
    ("0x10", .bytes(16)),
  ])
  func `the minimum has three forms`(text: String, expected: Minimum?) async throws {
    let (found, problems) = await load("Minimum \(text)\n")
    #expect(problems == [])
    #expect(try #require(found).verification.minimum == expected)
  }

  @Test func `mode is letters`() async throws {
    for (text, roles) in [("s", Roles.sign), ("v", .verify), ("sv", [.sign, .verify]), ("VS", [.sign, .verify])] {
      #expect(await load("Mode \(text)\n").0?.roles == roles)
    }
    #expect(await load("Mode x\n").1 == ["c:1: error: unknown mode \"x\", expected s, v or sv"])
  }

  @Test func `MacroList accepts names with values, and names without braces`() async throws {
    let (found, problems) = await load("MacroList daemon_name=smtp|submission, {auth_type}, client_addr=192.0.2.1\n")
    #expect(
      problems == [
        "c:1: note: MacroList: names in braces match here; in OpenDKIM they never match, because it treats the braces "
          + "as part of the name"
      ])
    let rules = try #require(found).origin.macroList
    #expect(rules.map(\.name) == ["daemon_name", "auth_type", "client_addr"])
    #expect(rules.map(\.values) == [["smtp", "submission"], [], ["192.0.2.1"]])
    #expect(rules[0].location == FileLocation(file: "c", line: 1))
  }

  @Test func `nameservers are addresses`() async throws {
    let (found, problems) = await load("Nameservers 127.0.0.1, 192.0.2.1@5353,::1\nTrustedNameservers 192.0.2.1\n")
    #expect(problems == [])
    #expect(try #require(found).dns.nameservers.map(\.description) == ["127.0.0.1", "192.0.2.1@5353", "::1"])
    #expect(try #require(found).dns.trustedNameservers.map(\.description) == ["192.0.2.1"])
    #expect(
      await load("Nameservers localhost\n").1 == [
        "c:1: error: Nameservers: \"localhost\" is not a DNS server, expected IP or IP@PORT; "
          + "write an IP address, because host names are not looked up here"
      ])
    #expect(await load("Nameservers 127.0.0.1@0\n").0 == nil)
  }

  @Test(arguments: [
    ("::1", true), ("fe80::1%lo", true), ("fe80::1%1@5353", true), ("2001:db8::1%1", true),
    // As in getaddrinfo(3), only a link-local address has a zone with a name.
    ("2001:db8::1%lo", false), ("fe80::1%", false), ("fe80::1%0", false), ("fe80::1%nowhere0", false),
    ("127.0.0.1%lo", false), ("127.0.0.1@", false), ("127.0.0.1@65536", false), ("@53", false),
  ])
  func `a name server is an address with a port and a zone`(text: String, isValid: Bool) {
    let server = NameServerAddress(text)
    #expect((server != nil) == isValid)
    if let server { #expect(server.description == text) }
  }

  @Test(arguments: ["HOSTNAME", "\"HOSTNAME\""])
  func `the authserv-id HOSTNAME is the name of this host`(text: String) async throws {
    let (found, problems) = await load("AuthservID \(text)\n")
    #expect(problems == [])
    #expect(try #require(found).results.authservID == HostName.own)
  }

  @Test func `limits that mean forever are bounded as well`() async throws {
    let (found, _) = await load("DNSTimeout 0\nMaximumSignaturesToVerify 0\nClockDrift 0\nMilterDebug 99\n")
    let configuration = try #require(found)
    #expect(configuration.dns.timeout == 60)
    #expect(configuration.verification.policy.maximumSignatures == 100)
    #expect(configuration.verification.policy.clockDrift == .seconds(300))
    #expect(configuration.process.milterDebug == 6)
  }

  @Test func `settings that OpenDKIM does not have are read`() async throws {
    let (found, problems) = await load(
      "LogFormat json\nMetricsSocket inet:9100\nMetricsFile /run/x/m.prom\nShutdownTimeout 10\n"
        + "OpenDKIMCompatibility accept-expired, ignore-minimum\n")
    #expect(problems == [])
    let configuration = try #require(found)
    #expect(configuration.log.format == .json)
    #expect(configuration.metrics.socket == .inet(port: 9100, host: "127.0.0.1"))
    #expect(configuration.metrics.file == "/run/x/m.prom")
    #expect(configuration.process.shutdownTimeout == 10)
    #expect(configuration.openDKIMCompatibility == [.acceptExpired, .ignoreMinimum])
    #expect(await load("OpenDKIMCompatibility everything\n").0 == nil)
    #expect(await load("MetricsSocket local:/run/x\n").0 == nil)
  }

  @Test func `a reload reports the settings that need a restart`() async throws {
    let before = Settings.parse("Socket inet:8891@localhost\nMode s\nUMask 007\n", file: "c").settings
    let after = Settings.parse("Socket inet:8892@localhost\nMode v\nPidFile /run/x.pid\nUMask 007\n", file: "c")
      .settings
    var loader = ConfigurationLoader()
    loader.previous = await loader.load(before).0
    let (configuration, problems) = await loader.load(after)
    #expect(configuration?.roles == .verify)
    #expect(
      lines(problems) == [
        "c:3: warning: PidFile has changed; the old value stays in effect until a restart; restart the filter",
        "c:1: warning: Socket has changed; the old value stays in effect until a restart; restart the filter",
      ])
  }

  @Test func `a reload that fails reports only the cause`() async throws {
    let text = "Socket inet:8891@localhost\nUserID opendkim\nPidFile /run/x.pid\nUMask 007\nMode s\n"
    var loader = ConfigurationLoader()
    loader.previous = await loader.load(Settings.parse(text, file: "c").settings).0
    try #require(loader.previous != nil)
    var options = Settings()
    try options.override("Background", "no")
    let (gone, problems) = await loader.load(path: "/nonexistent/c", commandLine: options)
    #expect(gone == nil)
    #expect(problems.map(\.description).count == 1)
    #expect(problems.first?.description.contains("/nonexistent/c") == true)
    let folder = try SettingsFolder()
    let path = try folder.write("c", "Socket inet:8892@localhost\nNonsense 1\n")
    let (damaged, more) = await loader.load(path: path)
    #expect(damaged == nil)
    #expect(more.count == 1 && more[0].text.contains("unrecognized parameter"), "\(more)")
  }

  @Test func `a user who does not exist is the only problem that is reported`() async throws {
    let folder = try SettingsFolder(isShared: true)
    let key = try folder.write("key", String(decoding: TestKeys.bytes("ed25519"), as: UTF8.self), mode: 0o600)
    let lines = "Domain example.com\nSelector s\nKeyFile \(key)\nSocket inet:8891@localhost\n"
    // Everyone can write to the directory of the key.
    #expect(await load(lines).1.contains { $0.contains("key data is not secure") })
    #expect(await load(lines + "UserID no-such-user\n").1 == [])
  }

  @Test func `relative paths start at BaseDirectory`() async throws {
    let folder = try SettingsFolder()
    try folder.write("hosts", "192.0.2.1\n")
    let (found, problems) = await load(
      "BaseDirectory \(folder.path)\nInternalHosts file:hosts\nPidFile x.pid\nSocket local:sock\n")
    #expect(problems == [])
    let configuration = try #require(found)
    #expect(configuration.process.pidFile == folder.path + "/x.pid")
    #expect(configuration.process.socket == .unix(path: folder.path + "/sock"))
    let match = try await configuration.origin.internalHosts.match(name: nil, address: IPAddress("192.0.2.1"))
    #expect(match?.row.location == FileLocation(file: folder.path + "/hosts", line: 1))
    #expect(await load("BaseDirectory /nonexistent\n").0 == nil)
  }
}
