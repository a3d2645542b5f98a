import Glibc
import Testing

@testable import DKIMConfiguration

/// Process and socket.
@Suite struct CheckTests {
  private func check(_ text: String, _ folder: SettingsFolder? = nil, inGroup: Bool = false) async -> [String] {
    var check = ConfigurationCheck()
    check.loader.parts = BuildParts([])
    check.postfix = (folder?.path ?? "/nonexistent") + "/main.cf"
    check.accounts = .test(postfixIsInGroup: inGroup)
    let (settings, problems) = Settings.parse(text, file: "c")
    return lines(problems + (await check.problems(settings)), in: folder)
  }

  @Test func aFilterThatListensAndVerifiesIsFine() async {
    #expect(await check("Socket inet:8891@localhost\nUserID opendkim:opendkim\nUMask 002\nAutoRestart yes\n") == [])
  }

  @Test func thereMustBeASocket() async throws {
    #expect(await check("Mode v\n") == ["error: milter socket must be specified; add Socket inet:8891@localhost"])
    let folder = try SettingsFolder()
    var check = ConfigurationCheck()
    check.postfix = "/nonexistent"
    let problems = await check.problems(path: try folder.write("c", "Mode v\n"))
    #expect(problems.first?.place == SourcePlace(file: folder.path + "/c"))
  }

  @Test(arguments: [
    ("UserID nobodyhere", "UserID: there is no user \"nobodyhere\""),
    ("UserID opendkim:nogroup", "UserID: there is no group \"nogroup\""),
    ("SyslogFacility maill", "SyslogFacility: illegal value \"maill\""),
    ("AutoRestartRate often", "expected RESTARTS/TIME"),
    ("On-BadSignature blah", "unknown key action \"blah\""),
    ("Include /nonexistent/more", "error reading configuration file"),
    ("ChangeRootDirectory /nonexistent", "ChangeRootDirectory /nonexistent: No such file or directory"),
    ("PidFile /tmp/", "PidFile /tmp/ is a directory, expected a file in one"),
    ("TestPublicKeys /nonexistent", "TestPublicKeys /nonexistent: No such file or directory"),
  ])
  func whatWouldFailLaterIsAnError(line: String, expected: String) async {
    let problems = await check("Socket inet:8891@localhost\n\(line)\n")
    #expect(problems.contains { $0.hasPrefix("c:2: error: ") && $0.contains(expected) }, "\(problems)")
  }

  @Test(arguments: [
    ("UMask 22", "UMask 22 is a decimal number, in octal 026; write UMask 022"),
    ("AutoRestartRate 10/1h", "AutoRestartRate has no effect without AutoRestart; add AutoRestart yes"),
    ("PidFile /nonexistent/x.pid", "PidFile /nonexistent/x.pid: /nonexistent: No such file or directory"),
    ("UMask 9", "UMask 9 is a decimal number, in octal 011; write UMask 011"),
    ("ChangeRootDirectory /tmp", "ChangeRootDirectory without UserID"),
    ("MaximumSignedBytes 100", "whatever is added behind the signed octets"),
    ("BodyLengthDB .*", "\".*\" matches nobody, since a dot stands for itself; write * for every recipient"),
    ("OversignHeaders From,X-Odd", "OversignHeaders names \"X-Odd\", which is not signed"),
    ("Mode s", "Mode s and no keys: nothing happens to any mail"),
  ])
  func whatIsHardlyMeantIsAWarning(line: String, expected: String) async {
    let problems = await check("Socket inet:8891@localhost\n\(line)\n")
    #expect(problems.contains { $0.hasPrefix("c:2: warning: ") && $0.contains(expected) }, "\(problems)")
  }

  @Test func aSocketInAFolderThatIsNotThereIsAnError() async throws {
    let folder = try SettingsFolder(isShared: true)
    #expect(
      await check("UserID opendkim\nSocket local:\(folder.path)/run/x.sock\n", folder) == [
        "c:2: error: Socket run/x.sock: run: No such file or directory; mkdir -m o-rwx run && chown opendkim: run"
      ])
  }

  @Test(.enabled(if: geteuid() == 0)) func aFolderOfOthersIsNoPlaceForASocket() async throws {
    let folder = try SettingsFolder(isShared: true)
    let run = folder.folder("run")
    let text = "UserID opendkim\nUMask 007\nSocket local:\(run)/x.sock\n"
    let problems = await check(text, folder, inGroup: true)
    #expect(
      problems == ["c:3: error: opendkim, whom UserID names, cannot make a socket in run; chown opendkim: run"])
    chown(run, 5001, 6001)
    #expect(await check(text, folder, inGroup: true) == [])
  }

  @Test(.enabled(if: geteuid() == 0)) func postfixHasToGetAtTheSocket() async throws {
    let folder = try SettingsFolder(isShared: true)
    let run = folder.folder("run", mode: 0o750)
    chown(run, 5001, 6001)
    let text = "UserID opendkim\nUMask 007\nSocket local:\(run)/x.sock\n"
    #expect(
      await check(text, folder) == [
        "c:3: warning: postfix cannot get at run/x.sock: it may not search run; "
          + "chmod g+x run && adduser postfix opendkim, and restart Postfix"
      ])
    #expect(await check(text, folder, inGroup: true) == [])
    chmod(run, 0o755)
    #expect(
      await check(text, folder) == [
        "c:2: warning: postfix cannot get at run/x.sock: with UMask 07 only the group opendkim may write to it; "
          + "adduser postfix opendkim, and restart Postfix"
      ])
    #expect(
      await check(text.replacing("007", with: "077"), folder, inGroup: true) == [
        "c:2: warning: postfix cannot get at run/x.sock: with UMask 077 only opendkim may write to it; "
          + "write UMask 007 and adduser postfix opendkim, and restart Postfix"
      ])
    #expect(await check(text.replacing("007", with: "000"), folder) == [])
  }

  @Test(.enabled(if: geteuid() == 0)) func aFileThatTheUserCannotReadAgainIsTold() async throws {
    let folder = try SettingsFolder(isShared: true)
    let path = try folder.write("c", "Socket inet:8891@localhost\nUserID opendkim\n", mode: 0o600)
    var check = ConfigurationCheck()
    check.postfix = "/nonexistent"
    check.accounts = .test()
    #expect(
      lines(await check.problems(path: path), in: folder) == [
        "c: warning: opendkim, whom UserID names, cannot read this file: a reload will fail; "
          + "chgrp opendkim c && chmod g+r c"
      ])
  }

  @Test func theAccountsOfThisMachineAreFound() {
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
