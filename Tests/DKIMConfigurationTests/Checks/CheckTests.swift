import Glibc
import Testing

@testable import DKIMConfiguration

/// Checks of the process and its socket.
@Suite struct CheckTests {
  private func check(_ text: String, _ folder: SettingsFolder? = nil, inGroup: Bool = false) async -> [String] {
    var check = ConfigurationCheck()
    check.loader.parts = BuildParts([])
    check.postfix = (folder?.path ?? "/nonexistent") + "/main.cf"
    check.accounts = .test(postfixIsInGroup: inGroup)
    let (settings, problems) = Settings.parse(verifying(text), file: "c")
    return lines(problems + (await check.problems(settings)), in: folder)
  }

  @Test func `a configuration that listens and verifies has no problems`() async {
    #expect(await check("Socket inet:8891@localhost\nUserID opendkim:opendkim\nUMask 002\nAutoRestart yes\n") == [])
  }

  @Test func `there must be a socket`() async throws {
    #expect(
      await check("Mode v\n") == [
        "warning: milter socket must be specified: without Socket, the filter starts only with -p or with a socket "
          + "from the service manager; add Socket inet:8891@localhost"
      ])
    let folder = try SettingsFolder()
    var check = ConfigurationCheck()
    check.postfix = "/nonexistent"
    let problems = await check.problems(path: try folder.write("c", "Mode v\n"))
    #expect(problems.first?.location == FileLocation(file: folder.path + "/c"))
  }

  @Test(arguments: [
    ("UserID nobodyhere", "UserID: user \"nobodyhere\" does not exist"),
    ("UserID opendkim:nogroup", "UserID: group \"nogroup\" does not exist"),
    ("SyslogFacility maill", "SyslogFacility: illegal value \"maill\""),
    ("AutoRestartRate often", "expected RESTARTS/TIME"),
    ("On-BadSignature blah", "unknown key action \"blah\""),
    ("Include /nonexistent/more", "error reading configuration file"),
    ("ChangeRootDirectory /nonexistent", "ChangeRootDirectory /nonexistent: No such file or directory"),
    ("TestPublicKeys /nonexistent", "TestPublicKeys /nonexistent: No such file or directory"),
  ])
  func `a value that would fail later is an error`(line: String, expected: String) async {
    let problems = await check("Socket inet:8891@localhost\n\(line)\n")
    #expect(problems.contains { $0.hasPrefix("c:2: error: ") && $0.contains(expected) }, "\(problems)")
  }

  @Test(arguments: [
    (
      "UMask 22",
      "UMask 22 has no leading 0 and is read as a decimal number, which is 026 in octal; write UMask 022"
    ),
    ("AutoRestartRate 10/1h", "AutoRestartRate has no effect without AutoRestart; add AutoRestart yes"),
    ("PidFile /tmp/", "PidFile /tmp/ is a directory, expected the path of a file"),
    ("PidFile /nonexistent/x.pid", "PidFile /nonexistent/x.pid: /nonexistent: No such file or directory"),
    (
      "PidFile /run/nonexistent/x.pid",
      "No such file or directory; mkdir /run/nonexistent, or list it in /etc/tmpfiles.d"
    ),
    ("MetricsFile /nonexistent/x", "MetricsFile /nonexistent/x: /nonexistent: No such file or directory"),
    ("Statistics /nonexistent/x", "Statistics /nonexistent/x: /nonexistent: No such file or directory"),
    ("StatisticsPrefix salt", "StatisticsPrefix has no effect without Statistics; add Statistics"),
    ("RateLimits example.com=10,example.net", "has no number of messages: its mail is deferred"),
    ("RateLimits .example.com=10", "never matches: as a domain name it"),
    ("UMask 9", "is read as a decimal number, which is 011 in octal; write UMask 011"),
    ("ChangeRootDirectory /tmp", "ChangeRootDirectory without UserID"),
    ("MaximumSignedBytes 100", "anyone can append text after the signed bytes"),
    (
      "BodyLengthDB .*",
      "\".*\" matches no recipient, because a dot matches only a dot; write * to match every recipient"
    ),
    ("Mode s", "no signing keys are configured, and Mode is s: the filter does nothing"),
  ])
  func `a value that is probably a mistake causes a warning`(line: String, expected: String) async {
    let problems = await check("Socket inet:8891@localhost\n\(line)\n")
    #expect(problems.contains { $0.hasPrefix("c:2: warning: ") && $0.contains(expected) }, "\(problems)")
  }

  @Test func `a socket in a missing directory is an error`() async throws {
    let folder = try SettingsFolder(isShared: true)
    #expect(
      await check("UserID opendkim\nSocket local:\(folder.path)/run/x.sock\n", folder) == [
        "c:2: error: Socket run/x.sock: run: No such file or directory; mkdir -m o-rwx run && chown opendkim: run"
      ])
  }

  @Test(.enabled(if: geteuid() == 0)) func `a socket must not be in a directory that other users can change`()
    async throws
  {
    let folder = try SettingsFolder(isShared: true)
    let run = folder.folder("run")
    let text = "UserID opendkim\nUMask 007\nSocket local:\(run)/x.sock\n"
    let problems = await check(text, folder, inGroup: true)
    #expect(
      problems == [
        "c:3: error: opendkim, the user in UserID, cannot create a socket in run; "
          + "mkdir -m o-rwx run/opendkim && chown opendkim: run/opendkim, and write Socket local:run/opendkim/opendkim.sock"
      ])
    chown(run, 5001, 6001)
    #expect(await check(text, folder, inGroup: true) == [])
    folder.folder("opendkim")
    #expect(
      await check(text.replacing("/run/", with: "/opendkim/"), folder, inGroup: true) == [
        "c:3: error: opendkim, the user in UserID, cannot create a socket in opendkim; chown opendkim: opendkim"
      ])
  }

  @Test(.enabled(if: geteuid() == 0), arguments: ["/run", "/root", "/var/run", "/"])
  func `no suggested fix changes a directory of the system`(folder: String) async {
    for text in ["UserID opendkim\nSocket local:\(folder)/x.sock\n", "Socket local:\(folder)/x.sock\n"] {
      let problems = await check(text)
      #expect(!problems.isEmpty)
      for problem in problems {
        #expect(!problem.contains("chown opendkim: \(folder) ") && !problem.hasSuffix("chown opendkim: \(folder)"))
        #expect(!problem.contains("postfix root"), "\(problem)")
      }
    }
  }

  @Test func `paths are those within the new root`() async throws {
    let folder = try SettingsFolder(isShared: true)
    let root = folder.folder("root")
    folder.folder("root/sock", mode: 0o777)
    let text = "UserID opendkim\nUMask 0\nChangeRootDirectory \(root)\nSocket local:/sock/x\nPidFile /sock/p\n"
    #expect(await check(text, folder) == [])
    #expect(
      await check(text.replacing("local:/sock", with: "local:/none"), folder).contains {
        $0.hasPrefix("c:4: error: Socket /none/x: root/none: No such file or directory")
      })
  }

  @Test(arguments: [
    ("MetricsSocket inet:8891@localhost", "MetricsSocket is the same as Socket"),
    ("MetricsSocket inet:9199@no-such-host.invalid", "MetricsSocket: \"no-such-host.invalid\" has no IPv4 address"),
    ("Nameservers 192.0.2.1,fe80::1%nosuch0", "Nameservers: \"fe80::1%nosuch0\" is not a DNS server"),
  ])
  func `a problem that prevents the start is an error`(line: String, expected: String) async {
    let problems = await check("Socket inet:8891@localhost\n\(line)\n")
    #expect(problems.contains { $0.hasPrefix("c:2: error: ") && $0.contains(expected) }, "\(problems)")
  }

  @Test func `a socket whose path is too long is an error`() async throws {
    let folder = try SettingsFolder()
    let name = String(repeating: "x", count: 100)
    let problems = await check("BaseDirectory \(folder.path)\nSocket local:\(name)\n", folder)
    #expect(
      problems.contains { $0.hasPrefix("c:2: error: ") && $0.contains("the path of a socket can have at most 107") },
      "\(problems)")
  }

  @Test func `the group of the account is not used if UserID names another`() throws {
    let directory = AccountDirectory.test()
    let (alone, withGroup) = (UserSpecification("opendkim"), UserSpecification("opendkim:mail"))
    #expect(alone.flatMap { directory.identity($0) }?.groups == [6001])
    #expect(withGroup.flatMap { directory.identity($0) }?.groups == [8])
    let system = AccountDirectory.system
    let daemon = try #require(UserSpecification("daemon:mail").flatMap { system.identity($0) })
    #expect(daemon.groups.first == system.group("mail"))
    #expect(system.group("daemon").map { daemon.groups.contains($0) } == false)
  }

  @Test func `many notes do not hide an error`() {
    var list = ProblemList()
    for number in 1...300 { list.add(ConfigurationProblem(.note, at: nil, "note \(number)")) }
    list.add(ConfigurationProblem(.error, at: nil, "the error"))
    let texts = list.all.map(\.text)
    #expect(texts.contains("the error"))
    #expect(texts.contains("and 100 more problems of this kind"))
    #expect(texts.count == 202)
  }

  @Test(arguments: ["SignHeaders From,To\nOversignHeaders X-A,X-B", "OversignHeaders From,X-A,X-B"])
  func `oversigned fields that SignHeaders does not name cause a note`(lines: String) async throws {
    let problems = await check("Socket inet:8891@localhost\n\(lines)\n").filter { $0.contains("signed nevertheless") }
    #expect(problems.count == 2, "\(problems)")
    #expect(problems.allSatisfy { $0.contains(": note: OversignHeaders names \"X-") }, "\(problems)")
    #expect(
      await check("Socket inet:8891@localhost\nSignHeaders *,+X-A,+X-B\n\(lines.split(separator: "\n").last ?? "")\n")
        .filter { $0.contains("signed nevertheless") } == [])
  }

  @Test func `a limit on signatures above the maximum is reported`() async {
    #expect(
      await check("Socket inet:8891@localhost\nMaximumSignaturesToVerify 200\n").contains {
        $0.hasPrefix("c:2: note: MaximumSignaturesToVerify 200 is treated as 100")
      })
  }

  @Test(.enabled(if: geteuid() == 0)) func `Postfix needs access to the socket`() async throws {
    let folder = try SettingsFolder(isShared: true)
    let run = folder.folder("run", mode: 0o750)
    chown(run, 5001, 6001)
    let text = "UserID opendkim\nUMask 007\nSocket local:\(run)/x.sock\n"
    #expect(
      await check(text, folder) == [
        "c:3: warning: postfix cannot connect to run/x.sock: it has no permission to search run; "
          + "adduser postfix opendkim, and restart Postfix"
      ])
    chmod(run, 0o740)
    #expect(
      await check(text, folder) == [
        "c:3: warning: postfix cannot connect to run/x.sock: it has no permission to search run; "
          + "chmod g+x run && adduser postfix opendkim, and restart Postfix"
      ])
    chmod(run, 0o750)
    #expect(await check(text, folder, inGroup: true) == [])
    chmod(run, 0o755)
    #expect(
      await check(text, folder) == [
        "c:2: warning: postfix cannot connect to run/x.sock: with UMask 07 only the group opendkim may write to it; "
          + "adduser postfix opendkim, and restart Postfix"
      ])
    #expect(
      await check(text.replacing("007", with: "077"), folder, inGroup: true) == [
        "c:2: warning: postfix cannot connect to run/x.sock: with UMask 077 only opendkim may write to it; "
          + "write UMask 007 and adduser postfix opendkim, and restart Postfix"
      ])
    #expect(await check(text.replacing("007", with: "000"), folder) == [])
  }

  @Test(.enabled(if: geteuid() == 0)) func `a file that the user cannot read again is reported`() async throws {
    let folder = try SettingsFolder(isShared: true)
    let path = try folder.write("c", "Socket inet:8891@localhost\nUserID opendkim\nMode v\n", mode: 0o600)
    var check = ConfigurationCheck()
    check.postfix = "/nonexistent"
    check.accounts = .test()
    #expect(
      lines(await check.problems(path: path), in: folder) == [
        "c: warning: opendkim, the user in UserID, cannot read this file: a reload will fail; "
          + "chgrp opendkim c && chmod g+r c"
      ])
  }

  @Test func `the accounts of this machine are found`() {
    let root = AccountDirectory.system.account("root")
    #expect(root?.uid == 0)
    #expect(root?.groups.first == 0)
    #expect(AccountDirectory.system.account("0") == root)
    #expect(AccountDirectory.system.account("no such user") == nil)
    #expect(AccountDirectory.system.group("root") == 0)
    #expect(AccountDirectory.system.groupName(0) == "root")
    #expect(AccountDirectory.system.group("no such group") == nil)
  }
}
