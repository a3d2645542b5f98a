import DKIMCore
import Testing

@testable import DKIMConfiguration

@Suite struct LoaderSigningTests {
  private func load(_ text: String) async -> (Configuration?, [String]) {
    let (settings, problems) = Settings.parse(text, file: "c")
    var loader = ConfigurationLoader()
    loader.parts = BuildParts([])
    let (configuration, more) = await loader.load(settings)
    return (configuration, lines(problems + more))
  }

  @Test(arguments: [
    ("SigningTable a@example.com=k", "use of SigningTable requires KeyTable"),
    ("KeyTable csl:k=example.com:s:/k", "KeyTable requires either SigningTable or SetupPolicyScript"),
    ("KeyFile /k", "KeyFile and Selector must both be defined or both be undefined"),
    ("Selector s", "KeyFile and Selector must both be defined or both be undefined"),
    ("Domain example.com", "Domain requires KeyFile and Selector"),
    ("Canonicalization foo", "unknown canonicalization algorithm \"foo\""),
    ("Minimum 10x", "illegal value for \"Minimum\": \"10x\""),
    ("Mode x", "unknown mode \"x\""),
    ("MacroList foo:bar", "unknown database type \"foo\""),
    ("InternalHosts /nonexistent/hosts", "No such file or directory"),
    ("SignatureAlgorithm rsa-sha1", "verifiers no longer accept rsa-sha1 signatures (RFC 8301)"),
    ("UserID :mail", "expected USER or USER:GROUP"),
    ("Socket inet:localhost:8891", "unlike in Postfix's main.cf; write inet:8891@localhost"),
    ("OversignHeaders From, a b", "\"a b\" is not a valid header field name"),
    ("SignHeaders *,Subject", "after \"*\" lacks \"+\" or \"-\""),
    ("SetupPolicyScript /x.lua", "the optional part Lua, which the Debian packages have: build with --traits Lua"),
    (
      "StatisticsPolicyScript /x.lua",
      "StatisticsPolicyScript is not supported: scripts cannot add values to the statistics"
    ),
    ("ResolverConfiguration /x", "build with --traits Unbound"),
    ("ReplaceRules /nonexistent/x", "No such file or directory"),
    ("FlowDataTTL 0", "FlowDataTTL 0: expected at least 1"),
    ("FlowDataFactor 0", "FlowDataFactor 0: expected at least 1"),
  ])
  func `an invalid value is an error with its line`(line: String, expected: String) async {
    let (configuration, problems) = await load("\n\(line)\n")
    #expect(configuration == nil)
    #expect(problems.contains { $0.hasPrefix("c:2: error: ") && $0.contains(expected) }, "\(problems)")
  }

  @Test func `a hyphen omits nothing`() async throws {
    let (found, problems) = await load("OmitHeaders -\nSignHeaders From,Received\n")
    #expect(problems == [])
    let selection = try #require(found).signing.signedHeaders
    #expect(selection.contains("Received") && selection.excluded.isEmpty)
    #expect(await load("SignHeaders -\n").0 == nil)
  }

  @Test(arguments: [
    ("Quarantine yes", "OpenDKIM ignored this setting, too"), ("SMTPURI smtp://mx", "sent only with MTACommand"),
    ("ReputationCache /x", "it applies only to reputation checks"), ("X-Header yes", "write SoftwareHeader"),
    ("DomainKeysCompat yes", "are always accepted (RFC 6376)"),
  ])
  func `a harmless value is accepted with a warning`(line: String, expected: String) async {
    let (configuration, problems) = await load(line)
    #expect(configuration != nil)
    #expect(problems.count == 1 && problems[0].hasPrefix("c:1: warning: ") && problems[0].contains(expected))
  }

  @Test(arguments: [
    "Quarantine no", "ResignAll no", "LuaOnlySigning n", "VBR-PurgeFields false", "SoftStart 0", "MilterDebug 0",
    "WeakSyntaxChecks no", "IdentityHeaderRemove no",
  ])
  func `no is accepted silently for features that do not exist`(line: String) async {
    let (configuration, problems) = await load(line)
    #expect(configuration != nil)
    #expect(problems == [])
  }

  @Test func `Debian's trust anchor causes only a note`() async throws {
    let (settings, _) = Settings.parse("TrustAnchorFile /usr/share/dns/root.key\n", file: "c")
    var loader = ConfigurationLoader()
    loader.parts = BuildParts([])
    let (configuration, problems) = await loader.load(settings)
    #expect(configuration?.dns.trustAnchorFile == "/usr/share/dns/root.key")
    #expect(problems.map(\.severity) == [.note])
    loader.parts = BuildParts(["Unbound"])
    let (other, _) = await loader.load(Settings.parse("TrustAnchorFile /nonexistent/root.key\n").settings)
    #expect(other == nil)
  }

  @Test func `header lists change the default`() async throws {
    let (found, problems) = await load(
      "SignHeaders *,+X-Mine,+Comments,-Subject\nOmitHeaders *,+X-Secret,-Keywords\nOversignHeaders From,To\n")
    #expect(problems == [])
    let signing = try #require(found).signing
    for name: HeaderFieldName in ["From", "X-Mine", "x-mine", "List-Id"] {
      #expect(signing.signedHeaders.contains(name), "\(name)")
    }
    for name: HeaderFieldName in ["Subject", "X-Secret", "Received", "Message-ID"] {
      #expect(!signing.signedHeaders.contains(name), "\(name)")
    }
    #expect(signing.oversignHeaders.map(\.text) == ["From", "To"])
  }

  @Test(arguments: ["DKIM-Signature,From,To", "From,dkim-signature,To"])
  func `signatures are never oversigned`(list: String) async throws {
    let (found, problems) = await load("OversignHeaders \(list)\n")
    #expect(try #require(found).signing.oversignHeaders.map(\.text) == ["From", "To"])
    #expect(
      problems == [
        "c:1: warning: OversignHeaders: DKIM-Signature is ignored, because each signature would forbid all others; "
          + "write OversignHeaders From,To"
      ])
    let (alone, more) = await load("OversignHeaders DKIM-Signature\n")
    #expect(try #require(alone).signing.oversignHeaders == [])
    #expect(more.count == 1 && more[0].hasSuffix("; write OversignHeaders From"), "\(more)")
  }

  @Test func `a header list replaces the default and may have patterns`() async throws {
    let (found, problems) = await load("SignHeaders From,Content-*\nOmitHeaders Content-Language\n")
    #expect(problems == [])
    let selection = try #require(found).signing.signedHeaders
    for name: HeaderFieldName in ["From", "Content-Type"] { #expect(selection.contains(name), "\(name)") }
    for name: HeaderFieldName in ["To", "Content-Language"] { #expect(!selection.contains(name), "\(name)") }
  }

  @Test func `a header field that is to be signed is not omitted by default`() async throws {
    let (found, _) = await load("SignHeaders From,Comments\n")
    #expect(try #require(found).signing.signedHeaders.contains("Comments"))
  }

  @Test func `changes without a star are treated as changes`() async throws {
    let (found, problems) = await load("SignHeaders +X-Mine\n")
    #expect(problems.count == 1)
    let selection = try #require(found).signing.signedHeaders
    #expect(selection.contains("X-Mine") && selection.contains("Subject"))
  }

  @Test func `a single key is loaded at once`() async throws {
    let folder = try SettingsFolder()
    let key = try folder.key("rsa2048.pem", as: "2021.private")
    let (found, problems) = await load(
      "Domain example.com\nSelector 2021\nKeyFile \(key)\nSubDomains yes\nSocket inet:8891@localhost\n")
    #expect(problems == [])
    guard case .single(let single) = try #require(found).signing.keys else {
      Issue.record("no single key")
      return
    }
    #expect(single.selector.text == "2021")
    #expect(single.subDomains)
    #expect(single.key == .file(key))
    #expect(try await single.domains.row(for: "example.com") != nil)
  }

  @Test func `a key file that cannot be used is an error at its line`() async throws {
    let folder = try SettingsFolder()
    let open = try folder.key("rsa2048.pem", as: "open", mode: 0o644)
    let small = try folder.key("rsa768.pem", as: "small")
    for (key, expected) in [(folder.path + "/none", "No such file"), (open, "chmod"), (small, "768 bits")] {
      let (configuration, problems) = await load("Domain example.com\nSelector s\nKeyFile \(key)\n")
      #expect(configuration == nil)
      #expect(
        problems.count == 1 && problems[0].hasPrefix("c:3: error: ") && problems[0].contains(expected), "\(problems)")
    }
    let (lax, _) = await load("Domain example.com\nSelector s\nKeyFile \(open)\nRequireSafeKeys no\n")
    #expect(lax != nil)
  }

  @Test func `tables override a single key`() async throws {
    let folder = try SettingsFolder()
    let key = try folder.key("ed25519.pem", as: "k")
    let (found, problems) = await load(
      "Domain example.com\nKeyTable csl:k=example.com:s:\(key)\nSigningTable *=k\n")
    #expect(problems == ["c:1: warning: Domain has no effect when KeyTable and SigningTable are set; remove the line"])
    guard case .tables(let signers, let keys) = try #require(found).signing.keys else {
      Issue.record("no tables")
      return
    }
    let sender = MailAddress(localPart: "a", domain: try DomainName("example.net"))
    let match = try #require(try await signers.matches(for: sender, all: false).first)
    let entry = try #require(try await keys.entry(named: match.keyName, senderDomain: sender.domain))
    #expect(try #require(found).signing.keyStore.key(at: entry.key).type == .ed25519)
  }

  @Test func `a missing key of a table does not prevent the start`() async throws {
    let (configuration, problems) = await load("KeyTable csl:k=example.com:s:/nonexistent/k\nSigningTable *=k\n")
    #expect(configuration != nil)
    #expect(problems.count == 1 && problems[0].hasPrefix("c:1: warning: can't load key from /nonexistent/k"))
  }
}
