import Testing

@testable import dkimtool

@Suite("testkey: one key, with settings from a configuration")
struct TestKeyConfigurationTests {
  /// A directory with the keys one and two, the records of both, and a configuration whose KeyFile does not belong to
  /// its Selector.
  private func folder() throws -> KeyFolder {
    let folder = try KeyFolder()
    var records = ""
    for selector in ["one", "two"] {
      let run = try KeyProcess.dkimtool(
        ["genkey", "-d", "example.com", "-s", selector, "--type", "ed25519", "--print", "line"], in: folder)
      try #require(run.status == 0)
      records += "\(selector)._domainkey.example.com " + run.output
    }
    try folder.write("keys", records)
    try folder.write(
      "c.conf",
      """
      BaseDirectory \(folder.root)
      Domain example.com
      Selector one
      KeyFile two.private
      TestPublicKeys keys

      """)
    return folder
  }

  @Test(arguments: [["-d", "example.com"], ["-s", "one"], ["-s", "ONE"]])
  func `KeyFile is used for the selector of the file`(words: [String]) throws {
    let folder = try folder()
    let run = try KeyProcess.dkimtool(["testkey", "-x", "c.conf"] + words, in: folder)
    #expect(run.status == 65)
    #expect(run.output == "dkimtool: keys do not match\n")
  }

  @Test
  func `with another selector, only the record is checked; the key of the command line takes precedence`() throws {
    let folder = try folder()
    let record = try KeyProcess.dkimtool(["testkey", "-x", "c.conf", "-s", "two", "-vv"], in: folder)
    #expect(record.status == 0 && !record.errors.contains("key loaded"))
    let named = try KeyProcess.dkimtool(
      ["testkey", "-x", "c.conf", "-d", "example.com", "-k", "one.private", "-vvv"], in: folder)
    #expect(named.status == 0 && named.output == "dkimtool: key OK\n")
    #expect(named.errors.contains("key loaded from one.private"))
  }

  @Test
  func `a missing KeyFile ends with 71`() throws {
    let folder = try folder()
    try folder.write("c.conf", try folder.read("c.conf").replacing("two.private", with: "no"))
    let run = try KeyProcess.dkimtool(["testkey", "-x", "c.conf", "-d", "example.com"], in: folder)
    #expect(run.status == 71)
    #expect(run.errors == "dkimtool: \(folder.path("no")): stat(): No such file or directory\n")
  }

  @Test(arguments: [true, false])
  func `the rules of the default file apply as well`(isNamed: Bool) async throws {
    let folder = try folder()
    try folder.write("c.conf", try folder.read("c.conf") + "Nameservers 192.0.2.1\nDNSTimeout 3\n")
    let path = folder.path("c.conf")
    let settings = try ToolSettings(isNamed ? path : nil, isNeeded: true, standard: path)
    var one = OneKey(domain: "example.com", selector: nil, key: nil)
    try await one.complete(from: settings, ConfiguredKeyRules(settings).rules)
    #expect(one.selector == "one" && one.key == folder.path("two.private"))
    #expect(one.rules?.dns.nameservers.map(\.description) == ["192.0.2.1"] && one.rules?.dns.timeout == 3)
  }

  @Test
  func `without a file, there are no rules, and nothing is added`() async throws {
    let settings = try ToolSettings(nil, isNeeded: true, standard: "/nonexistent/opendkim.conf")
    var one = OneKey(domain: "example.com", selector: nil, key: nil)
    try await one.complete(from: settings, ConfiguredKeyRules(settings).rules)
    #expect(one.rules == nil && one.selector == nil && one.key == nil)
  }
}
