import Glibc
import Testing

@testable import DKIMConfiguration

/// Checks for problems that keep the filter from starting or reloading.
@Suite struct CheckStartTests {
  private func check(
    _ text: String, in folder: SettingsFolder? = nil, _ change: (inout ConfigurationCheck) -> Void = { _ in }
  ) async -> [String] {
    var check = ConfigurationCheck()
    check.postfix = "/nonexistent"
    check.accounts = .test()
    check.hasAddress = { host, isIPv6 in host == (isIPv6 ? "six" : "four") }
    change(&check)
    return lines(await check.problems(Settings.parse(verifying(text), file: "c").0), in: folder)
  }

  @Test func `started by root it warns without a user`() async {
    let text = "Socket inet:8891@four\n"
    #expect(await check(text) == [])
    #expect(await check(text + "UserID opendkim\n") { $0.startsAsRoot = true } == [])
    let problems = await check(text) { $0.startsAsRoot = true }
    #expect(problems.count == 1)
    #expect(
      problems.first?.hasPrefix("warning: UserID is not set: the filter runs as root; add \"UserID opendkim\"") == true,
      "\(problems)")
  }

  @Test func `the host of the socket must have an address`() async {
    #expect(await check("Socket inet6:8891@six\n") == [])
    #expect(
      await check("Socket inet:8891@six\n") == [
        "c:1: error: Socket: \"six\" has no IPv4 address; "
          + "write an address of this machine, or use inet6: instead"
      ])
    #expect(HostLookup.hasAddress("127.0.0.1", isIPv6: false))
    #expect(!HostLookup.hasAddress("127.0.0.1:10", isIPv6: false))
  }

  @Test func `a port alone is hardly a path`() async throws {
    let problems = await check("Socket 8891\n")
    // No other problem suggests a fix that treats it as a file.
    #expect(
      problems.filter { $0.contains("8891") || $0.contains("ocket") } == [
        "c:1: warning: Socket 8891 is treated as the path of a unix socket; "
          + "write inet:8891@localhost for a port, or ./8891 for a unix socket"
      ], "\(problems)")
  }

  @Test func `a file that cannot be read causes only one problem`() async {
    let problems = await ConfigurationCheck().problems(path: "/nonexistent/opendkim.conf")
    #expect(
      lines(problems) == [
        "/nonexistent/opendkim.conf: error: error reading configuration file: No such file or directory"
      ])
  }

  @Test(.enabled(if: geteuid() == 0)) func `tables that the user cannot read again are reported`() async throws {
    let folder = try SettingsFolder(isShared: true)
    let path = try folder.write("peers", "192.0.2.1\n", mode: 0o600)
    #expect(
      await check("Socket inet:8891@four\nUserID opendkim\nPeerList \(path)\n", in: folder) == [
        "peers: warning: opendkim, the user in UserID, cannot read this file: a reload will fail; "
          + "chgrp opendkim peers && chmod g+r peers"
      ])
  }

  @Test(.enabled(if: geteuid() == 0)) func `a key that only root can read is reported`() async throws {
    let folder = try SettingsFolder(isShared: true)
    let path = try folder.key("rsa2048.pem", as: "k")
    let text =
      "Socket inet:8891@four\nUserID opendkim\nRequireSafeKeys no\nOversignHeaders From\nDomain example.com\n"
      + "Selector s\nKeyFile \(path)\n"
    let problems = await check(text, in: folder)
    #expect(
      problems.contains(
        "c:7: note: k can be read only at the start, because opendkim, the user in UserID, has no permission to read "
          + "it: a new key in this file takes effect only after a restart; "
          + "chown opendkim: k if reloads should read it"),
      "\(problems)")
  }
}
