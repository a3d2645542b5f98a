import Glibc
import Testing

/// Tests commands that lack permission to read the private keys, and report it.
@Suite("Without root privileges")
struct UnprivilegedTests {
  /// A command prefix that runs as a user who can read everything but the key.
  private static let asUser = geteuid() == 0 ? "setpriv --reuid 65534 --regid 65534 --clear-groups" : ""

  private func folder(_ settings: String) throws -> ToolFolder {
    let folder = try ToolFolder()
    chmod(folder.path, 0o755)
    chmod(folder.path + "/work", 0o755)
    try folder.write(
      "conf", settings + "RequireSafeKeys no\nInternalHosts 127.0.0.1\nBaseDirectory \(folder.path)/work\n")
    try folder.write("keytable", "k1 example.com:a:./a.private\n")
    try folder.write("signingtable", "# who\n*@example.com k1\n")
    try folder.write("m.eml", "From: alice@example.com\n\nHello\n")
    try #require(
      try folder.run("dkimtool genkey -d example.com -s a --type ed25519; chmod 644 conf *table m.eml").status == 0)
    if geteuid() != 0 { chmod(folder.path + "/work/a.private", 0) }
    return folder
  }

  private static let single = "Domain example.com\nSelector a\nKeyFile a.private\n"
  private static let tables = "KeyTable file:keytable\nSigningTable refile:signingtable\n"

  @Test
  func `explain shows which row signs, and that the rest requires sudo`() throws {
    let folder = try folder(Self.tables)
    let run = try folder.run("\(Self.asUser) dkimtool explain -x conf --sender alice@example.com")
    #expect(run.status == 0)
    #expect(run.errorText == "")
    #expect(run.text.contains("+ '*@example.com' names the key 'k1' (SigningTable,"))
    #expect(run.text.contains("signingtable:2)"))
    #expect(run.text.contains("! can't load key from "))
    #expect(run.text.contains("Permission denied\n") && run.text.contains(". fix: run this command with sudo\n"))
    #expect(run.text.hasSuffix("would be signed if the filter can read the key; run this command with sudo to check\n"))
    let json = try folder.run("\(Self.asUser) dkimtool explain -x conf --json m.eml")
    #expect(json.status == 0)
    #expect(json.text.contains("\"action\":\"sign\"") && json.text.contains("\"verdict\":null"))
  }

  @Test
  func `explain with KeyFile reports the same`() throws {
    let folder = try folder(Self.single)
    let run = try folder.run("\(Self.asUser) dkimtool explain -x conf m.eml")
    #expect(run.status == 0)
    #expect(run.errorText == "")
    #expect(run.text.contains("example.com is signed by 'example.com' (Domain,"))
    #expect(run.text.contains(". fix: run this command with sudo\n"))
    // Other problems with the key still keep the filter from starting.
    try folder.write("a.private", "junk")
    chmod(folder.path + "/work/a.private", 0o644)
    #expect(try folder.run("\(Self.asUser) dkimtool explain -x conf m.eml").status == 78)
  }

  @Test
  func `the same fix is suggested for a table that cannot be read`() throws {
    let folder = try folder(Self.tables)
    chmod(folder.path + "/work/signingtable", geteuid() == 0 ? 0o600 : 0)
    for command in [
      "dkimtool explain -x conf m.eml", "dkim-milter -n -x conf", "dkimtool query -x conf SigningTable a@example.com",
    ] {
      let run = try folder.run("\(Self.asUser) \(command)")
      #expect(run.status == 78)
      let line = try #require(run.errorText.split(separator: "\n").first { $0.contains("Permission denied") })
      #expect(line.hasSuffix("; run this command with sudo"), "\(command): \(line)")
    }
  }

  @Test(arguments: [tables, single])
  func `dkim-milter -n and testkey suggest sudo`(settings: String) throws {
    let folder = try folder(settings)
    let run = try folder.run("\(Self.asUser) dkim-milter -n -x conf -p inet:8891@localhost")
    let line = try #require(run.errorText.split(separator: "\n").first { $0.contains("can't load key") })
    #expect(line.hasSuffix("a.private: Permission denied; run this command with sudo"))
    let test = try folder.run("\(Self.asUser) dkimtool testkey -x conf --keys /dev/null")
    #expect(test.errorText.contains("dkimtool: fix: run this command with sudo\n"))
  }
}
