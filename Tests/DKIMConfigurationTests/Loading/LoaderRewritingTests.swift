import DKIMCore
import Testing

@testable import DKIMConfiguration

/// Settings for the sender, the identity and mail that is signed again.
@Suite struct LoaderRewritingTests {
  private func load(_ text: String) async -> (Configuration?, [String]) {
    let (settings, problems) = Settings.parse(text, file: "c")
    let (configuration, more) = await ConfigurationLoader().load(settings)
    return (configuration, lines(problems + more))
  }

  @Test func `the sender and the identity are loaded`() async throws {
    let (found, problems) = await load(
      "DefaultSender Root <root@Example.COM>\nIdentityHeader X-Identity\nIdentityHeaderRemove yes\nWeakSyntaxChecks yes\n"
        + "POPDBFile csl:192.0.2.1\n")
    #expect(problems == [])
    let configuration = try #require(found)
    #expect(configuration.origin.defaultSender?.description == "root@example.com")
    #expect(configuration.signing.identityHeader == "X-Identity")
    #expect(configuration.signing.removesIdentityHeader)
    #expect(configuration.verification.weakSyntaxChecks)
    #expect(try await configuration.origin.popDatabase?.row(for: "192.0.2.1") != nil)
  }

  @Test func `without the settings nothing is changed`() async throws {
    let configuration = try #require(await load("").0)
    #expect(configuration.signing.replaceRules == nil && configuration.signing.identityHeader == nil)
    #expect(configuration.origin.defaultSender == nil && configuration.origin.popDatabase == nil)
    #expect(configuration.origin.resignMailTo == nil && !configuration.signing.resignsAll)
  }

  @Test(arguments: [
    ("DefaultSender root\n", "c:1: error: DefaultSender \"root\": no address found"),
    ("IdentityHeader X:Y\n", "c:1: error: IdentityHeader: \"X:Y\" is not a valid header field name"),
    (
      "IdentityHeader From\nIdentityHeaderRemove yes\n", "c:1: error: IdentityHeader: \"From\" is a field that must not"
    ),
    ("IdentityHeaderRemove yes\n", "c:1: warning: IdentityHeaderRemove has no effect without IdentityHeader"),
    ("ResignAll yes\n", "c:1: warning: ResignAll has no effect without ResignMailTo"),
    ("Mode v\nResignMailTo a.example\n", "c:2: warning: ResignMailTo has no effect unless Mode is sv"),
    ("ResignMailTo a.example\n", "c:1: error: ResignMailTo requires a key to sign with"),
    ("POPDBFile /nonexistent/pop\n", "c:1: error: POPDBFile"),
  ])
  func `mistakes are reported`(text: String, expected: String) async {
    let (_, problems) = await load(text)
    #expect(problems.count == 1 && problems[0].hasPrefix(expected), "\(problems)")
  }

  @Test func `the check finds rows of ResignMailTo without a key`() async throws {
    let folder = try SettingsFolder()
    let key = try folder.key("rsa2048.pem", as: "k.private")
    try folder.write("resign", "a.example k1\nb.example k2\nc.example\n")
    let text =
      "KeyTable csl:k1=a.example:s:\(key)\nSigningTable csl:a.example=k1\nResignMailTo file:\(folder.path)/resign\n"
    let problems = lines(await ConfigurationCheck().problems(Settings.parse(text, file: "c").settings), in: folder)
      .filter { $0.contains("ResignMailTo") }
    #expect(
      problems == [
        "resign:2: warning: ResignMailTo names the key \"k2\", which KeyTable does not have, so that mail for "
          + "\"b.example\" is deferred; write the name of a KeyTable row after the recipient",
        "resign:3: warning: ResignMailTo: the row \"c.example\" has no key name, so that mail for it is deferred; write "
          + "the name of a KeyTable row after the recipient",
      ])
  }

  @Test(arguments: [
    ("any@lists.example.com", "lists.example.com"), ("A@b.lists.example.com", ".lists.example.com"),
    ("one@x.test", "one@x.test"), ("two@x.test", nil), ("a@example.com", nil),
  ])
  func `recipients are found by address, domain and parent domain`(address: String, key: String?) async throws {
    let set = try await DataSets.open("csl:lists.example.com=k,.lists.example.com=k,one@x.test=k", location: nil)
    let row = try await MembershipList(set).row(forResigning: try MailAddress(address))
    #expect(row?.key == key)
  }
}
