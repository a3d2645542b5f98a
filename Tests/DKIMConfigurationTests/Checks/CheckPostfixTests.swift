import Glibc
import Testing

@testable import DKIMConfiguration

/// Checks of the milter parameters in main.cf.
@Suite struct CheckPostfixTests {
  private func check(
    _ socket: String, main: String, master: String = "", account: AccountDirectory.Account? = nil
  ) async throws -> [String] {
    let folder = try SettingsFolder()
    try folder.write("master.cf", master)
    var check = ConfigurationCheck()
    check.postfix = try folder.write("main.cf", main)
    check.accounts = AccountDirectory(
      account: { _ in account }, groups: { _, first in [first] }, group: { _ in nil }, groupName: { "\($0)" })
    let (settings, _) = Settings.parse(verifying("Socket \(socket)\n"), file: "c")
    return lines(await check.problems(settings), in: folder)
  }

  private let good = """
    smtpd_milters = inet:localhost:8891
    non_smtpd_milters = $smtpd_milters
    milter_default_action = accept
    internal_mail_filter_classes = bounce

    """

  @Test func `the lines of the wiki have no problems`() async throws {
    #expect(try await check("inet:8891@localhost", main: good) == [])
    #expect(try await check("inet:8891", main: good + "milter_protocol = 6\n") == [])
  }

  @Test func `missing lines are reported`() async throws {
    #expect(
      try await check("inet:8891@localhost", main: "# nothing\n") == [
        "main.cf: warning: smtpd_milters names no milter: Postfix does not pass mail to the filter; "
          + "write smtpd_milters = inet:localhost:8891",
        "main.cf: warning: non_smtpd_milters is not set: mail that is submitted with sendmail(1), such as mail from "
          + "cron, is not signed; write non_smtpd_milters = $smtpd_milters",
        "main.cf: note: internal_mail_filter_classes does not include bounce: bounce messages are not signed; "
          + "write internal_mail_filter_classes = bounce",
        "main.cf: note: milter_default_action is tempfail: mail is deferred while the filter is down; "
          + "write milter_default_action = accept if mail should instead be accepted, unsigned and not verified",
      ])
  }

  @Test func `wrong lines are reported with their location`() async throws {
    let main =
      good.replacing("8891", with: "8892").replacing("= accept", with: "= reject")
      + "milter_protocol = 2\nmilter_mail_macros = i {mail_addr}\n"
    #expect(
      try await check("inet:8891@localhost", main: main) == [
        "main.cf:1: warning: smtpd_milters names inet:localhost:8892, but not this socket: Postfix does not pass mail "
          + "to the filter; write smtpd_milters = inet:localhost:8891",
        "main.cf:3: warning: milter_default_action is reject: mail is rejected while the filter is down; "
          + "write milter_default_action = accept or tempfail",
        "main.cf:5: warning: milter_protocol is \"2\", an outdated version; the current version is 6; "
          + "write milter_protocol = 6, or remove the line",
        "main.cf:6: warning: milter_mail_macros does not include {auth_type}: mail from authenticated clients is not "
          + "signed; add {auth_type}, or remove the line",
      ])
  }

  @Test func `continued lines variables and braces are read`() {
    let text = """
      a = inet:1.2.3.4:1
      smtpd_milters =
        # a comment
        { $a, default_action=accept }, ${b}
       unix:run/x
      b = inet6:[::1]:2
      """
    let postfix = PostfixConfiguration(main: Array(text.utf8), master: [], file: "main.cf")
    #expect(postfix.milters("smtpd_milters") == ["inet:1.2.3.4:1", "inet6:[::1]:2", "unix:run/x"])
    #expect(postfix.location("smtpd_milters").line == 2)
    let circle = PostfixConfiguration(main: Array("a = $a $a $a\n".utf8), master: [], file: "main.cf")
    #expect(circle.value("a") != nil)
    let wide = "a = " + String(repeating: "$b ", count: 1000) + "\nb = " + String(repeating: "$a ", count: 1000)
    #expect(PostfixConfiguration(main: Array(wide.utf8), master: [], file: "main.cf").value("a") != nil)
  }

  @Test(arguments: [
    ("smtp inet n - y - - smtpd", "", true), ("smtp inet n - n - - smtpd", "", false),
    ("smtp inet n - - - - smtpd", "", true), ("smtp inet n - - - - smtpd", "compatibility_level = 3.6", false),
    ("smtp unix - - y - - smtp", "", false), ("#smtp inet n - y - - smtpd", "", false),
  ])
  func `master.cf shows whether smtpd is in a chroot`(line: String, main: String, expected: Bool) {
    let postfix = PostfixConfiguration(main: Array(main.utf8), master: Array(line.utf8), file: "main.cf")
    #expect(postfix.isSMTPDChrooted == expected)
  }

  @Test func `a socket outside of the chroot is reported`() async throws {
    let folder = try SettingsFolder(isShared: true)
    folder.folder("queue")
    folder.folder("queue/opendkim")
    folder.folder("run")
    let main =
      good.replacing("inet:localhost:8891", with: "unix:opendkim/x.sock")
      + "queue_directory = \(folder.path)/queue\n"
    let master = "smtp inet n - y - - smtpd\n"
    let problems = try await check("local:\(folder.path)/run/x.sock", main: main, master: master)
    // There is only one fix, and it includes the line for main.cf.
    #expect(problems.count == 1)
    #expect(problems[0].hasPrefix("c:1: warning: Postfix's smtpd runs in a chroot and cannot connect to "))
    #expect(problems[0].hasSuffix("and in main.cf smtpd_milters = unix:opendkim/opendkim.sock"))
    // There is no fix for Postfix's permissions in a directory outside its chroot.
    chmod(folder.path + "/run", 0o700)
    let stranger = AccountDirectory.Account(name: "postfix", uid: 4_000_001, groups: [4_000_001])
    let others = try await check("local:\(folder.path)/run/x.sock", main: main, master: master, account: stranger)
    #expect(others == problems)
    // The fix does not create a missing directory outside the chroot either.
    let missing = try await check("local:\(folder.path)/none/x.sock", main: main, master: master)
    #expect(missing.count == 2 && missing[0].hasPrefix("c:1: error: Socket "))
    #expect(missing.allSatisfy { $0.hasSuffix("and in main.cf smtpd_milters = unix:opendkim/opendkim.sock") })
    #expect(try await check("local:\(folder.path)/none/x.sock", main: main)[0].contains("; mkdir -m o-rwx"))
    let seen = try await check("local:\(folder.path)/run/x.sock", main: main, account: stranger)
    #expect(seen.contains { $0.contains("postfix cannot connect to") })
    #expect(try await check("local:\(folder.path)/queue/opendkim/x.sock", main: main, master: master) == [])
    // Without a chroot, an absolute path is used unchanged.
    let plain = good.replacing("inet:localhost:8891", with: "unix:\(folder.path)/run/x.sock")
    #expect(try await check("local:\(folder.path)/run/x.sock", main: plain + "compatibility_level = 2\n") == [])
  }
}
