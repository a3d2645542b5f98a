import Glibc
import Testing
import TestSupport

/// Popular guides for administrators, followed step by step.
@Suite(
  .serialized, .enabled(if: RealMail.isPossible, RealMail.comment), .mailHouse, .timeLimit(.minutes(4)))
struct QuickstartTests {
  /// The settings of Debian's opendkim.conf, except the socket and the name of the pid file.
  private static func debian(_ machine: Installation) -> [String] {
    let anchor = "/usr/share/dns/root.key"
    return [
      "# This is a basic configuration for signing and verifying.", "", "Syslog\t\t\tyes", "SyslogSuccess\t\tyes",
      "#LogWhy\t\t\tno", "Canonicalization\trelaxed/simple", "#Mode\t\t\tsv", "#SubDomains\t\tno",
      "OversignHeaders\t\tFrom",
      "UserID\t\t\topendkim", "UMask\t\t\t007", "PidFile\t\t\t\(machine.pidFile)",
    ] + (access(anchor, R_OK) == 0 && !MilterProgram.validates ? ["TrustAnchorFile\t\t\(anchor)"] : [])
  }

  /// Debian's wiki, "Quickstart".
  @Test func `Debian quickstart`() async throws {
    try await withMachine(isChrooted: true) { machine in
      try machine.genkey("-D", machine.keys, "-d", "ours.test", "-s", "2021")
      try await machine.start(
        Self.debian(machine) + [
          "Domain   ours.test", "Selector 2021", "KeyFile  \(machine.keys)/2021.private", "",
          "Socket   inet:\(machine.port)@localhost",
        ], isListening: { FreePort.isListening(machine.port) })
      try machine.postfix.reload(milterLines: [
        "smtpd_milters = inet:localhost:\(machine.port)", "non_smtpd_milters = $smtpd_milters",
        "milter_default_action = accept", "internal_mail_filter_classes = bounce",
      ])
      try await expectSigned(machine, "2021", key: "2021.txt")
      #expect(try await machine.receive().dkimWords == ["pass"])
      try await expectSendmailSigned(machine, "2021")
    }
  }

  /// Debian's wiki, "Key selection": tables, with the space after a path, and `InternalHosts refile:`.
  @Test func `Debian tables`() async throws {
    try await withMachine(isChrooted: true) { machine in
      try machine.genkey("--directory=\(machine.keys)", "--domain=ours.test", "--selector=2021", "--nosubdomains")
      let name = "2021._domainkey.ours.test"
      let keyTable = try machine.write("keytable", "\(name) ours.test:2021:\(machine.keys)/2021.private")
      let signingTable = try machine.write(
        "signingtable", "# Domain", "*@ours.test \(name)", "# You can specify multiple domains", "*@other.test \(name)")
      let hosts = try machine.write("trustedhosts", "127.0.0.1", "::1", "localhost", "192.0.2.0/24")
      try await machine.start(
        Self.debian(machine) + [
          "# Specify the list of keys", "KeyTable file:\(keyTable)",
          "# Match keys and domains. To use regular expressions in the file, use refile: instead of file:",
          "SigningTable refile:\(signingTable) ", "InternalHosts refile:\(hosts)",
          "Socket inet:\(machine.port)@localhost",
        ], isListening: { FreePort.isListening(machine.port) })
      try machine.postfix.reload(milterLines: [
        "smtpd_milters = inet:localhost:\(machine.port)", "non_smtpd_milters = $smtpd_milters",
      ])
      try await expectSigned(machine, "2021", key: "2021.txt")
      let inside = try await machine.submit("from inside", client: "NAME=desk.ours.test ADDR=192.0.2.7")
      #expect(inside.selectors == ["2021"])
      #expect(try await machine.submit("from outside", client: SMTPEnvelope.outsider).selectors == [])
      #expect(try await machine.receive().dkimWords == ["pass"])
    }
  }

  /// Debian's wiki, "Using a UNIX domain socket": in the chroot directory of Postfix, accessible to the group.
  @Test func `Debian unix socket`() async throws {
    try await withMachine(isChrooted: true) { machine in
      try machine.genkey("-D", machine.keys, "-d", "ours.test", "-s", "2021")
      let folder = machine.queue + "/run-opendkim"
      #expect(Spawn.run(["mkdir", "-m", "o-rwx", folder]) == 0)
      #expect(Spawn.run(["chown", "opendkim:", folder]) == 0)
      let membership = try GroupMembership(user: "postfix", group: "opendkim")
      defer { membership.end() }
      try await machine.start(
        Self.debian(machine) + [
          "Domain ours.test", "Selector 2021", "KeyFile \(machine.keys)/2021.private",
          "Socket local:\(folder)/opendkim.sock",
        ], isListening: { UnixSocket.isListening(folder + "/opendkim.sock") })
      var status = stat()
      stat(folder + "/opendkim.sock", &status)
      #expect(status.st_mode & 0o777 == 0o770)
      try machine.postfix.reload(milterLines: [
        "smtpd_milters = unix:run-opendkim/opendkim.sock", "non_smtpd_milters = $smtpd_milters",
      ])
      try await expectSigned(machine, "2021", key: "2021.txt")
      try await expectSendmailSigned(machine, "2021")
    }
  }

  /// An administrator's notes on CentOS, with the socket of the first way.
  @Test func `CentOS with an internet socket`() async throws {
    try await withMachine(isChrooted: false) { machine in
      try await startCentOS(machine, socket: ["Socket\tinet:\(machine.port)@localhost"]) {
        FreePort.isListening(machine.port)
      }
      try machine.postfix.reload(milterLines: [
        "# opendkim setup", "smtpd_milters           = inet:localhost:\(machine.port)",
        "non_smtpd_milters       = $smtpd_milters", "milter_default_action   = accept", "milter_protocol         = 6",
      ])
      try await expectSigned(machine, "dkim", key: "ours.test/dkim.txt")
      let mail = try await machine.submit("with the name of the software")
      #expect(mail.values("DKIM-Filter").count == 1)
      #expect(try await machine.receive().dkimWords == ["pass"])
      try await expectRestarted(machine)
    }
  }

  /// The same notes, the second way: a socket file that all users may use.
  @Test func `CentOS with a unix socket`() async throws {
    try await withMachine(isChrooted: false) { machine in
      let folder = machine.queue + "/opendkim"
      #expect(Spawn.run(["chown", "opendkim:postfix", folder]) == 0 && chmod(folder, 0o770) == 0)
      let path = folder + "/opendkim.sock"
      try await startCentOS(machine, socket: ["Socket\tlocal:\(path)", "Umask\t000"]) { UnixSocket.isListening(path) }
      try machine.postfix.reload(milterLines: [
        "smtpd_milters         = unix:\(path)", "non_smtpd_milters     = $smtpd_milters",
        "milter_default_action = accept", "milter_protocol       = 6",
      ])
      try await expectSigned(machine, "dkim", key: "ours.test/dkim.txt")
    }
  }

  private func startCentOS(
    _ machine: Installation, socket: [String], isListening: @Sendable () -> Bool
  ) async throws {
    let folder = machine.keys + "/ours.test"
    #expect(Spawn.run(["runuser", "-u", "opendkim", "--", "mkdir", folder, "-p"]) == 0)
    try machine.genkey("-D", folder, "-s", "dkim", "-d", "ours.test")
    let key = folder + "/dkim.private"
    #expect(Spawn.run(["chown", "root:opendkim", key]) == 0 && chmod(key, 0o640) == 0)
    let keyTable = try machine.write("key.table", "datahunter ours.test:dkim:\(key)")
    let signingTable = try machine.write(
      "signing.table", "# domain                  short name", "*          datahunter")
    let hosts = try machine.write(
      "TrustedHosts", "127.0.0.1", "::1", "# mx1 IP", "192.0.2.10", "# mx2 IP", "192.0.2.11")
    try await machine.start(
      [
        "AutoRestart             Yes", "AutoRestartRate         10/1h", "UMask                   002", "",
        "Syslog                  yes", "SyslogFacility          mail", "SyslogSuccess           Yes",
        "LogWhy                  Yes", "", "SoftwareHeader          Yes", "", "Canonicalization        relaxed/relaxed",
        "",
        "# Map domains in From addresses to keys used to sign messages", "KeyTable               \(keyTable)",
        "SigningTable           refile:\(signingTable)", "", "# Hosts to ignore when verifying signatures",
        "ExternalIgnoreList      \(hosts)", "InternalHosts           \(hosts)", "", "Mode                    sv",
        "PidFile                 \(machine.pidFile)", "SignatureAlgorithm      rsa-sha256", "",
        "UserID                  opendkim:opendkim",
      ] + socket, isListening: isListening)
  }

  /// AutoRestart: a new process replaces the one that was killed.
  private func expectRestarted(_ machine: Installation) async throws {
    let daemon = machine.daemon
    let worker = try #require(machine.workers.first)
    kill(worker, SIGKILL)
    try await eventually("another one takes its place") {
      machine.workers.contains { $0 != worker } && FreePort.isListening(machine.port)
    }
    #expect(machine.daemon == daemon)
    _ = try await machine.submitUntilSigned("after the restart")
  }

  private func expectSigned(_ machine: Installation, _ selector: String, key: String) async throws {
    let record = try machine.record(machine.keys + "/" + key)
    let panel = try MailPanel(keys: ["\(selector)._domainkey.ours.test": record])
    let mail = try await machine.submitUntilSigned("the first mail")
    #expect(mail.selectors == [selector])
    try await panel.expectAccepted(mail)
  }

  /// `non_smtpd_milters = $smtpd_milters`
  private func expectSendmailSigned(_ machine: Installation, _ selector: String) async throws {
    let name = MailHouse.name("sendmail")
    let message = Array("From: alice@ours.test\nSubject: by hand\n\nHello.\n".utf8)
    #expect(try machine.postfix.sendmail([name + "@elsewhere.test"], message: message) == 0)
    #expect(try await machine.house.sink.take(name).selectors == [selector])
  }

  private func withMachine(isChrooted: Bool, _ body: (Installation) async throws -> Void) async throws {
    let machine = try await Installation(MailHouse.here, isChrooted: isChrooted)
    do {
      try await body(machine)
    } catch {
      await machine.stop()
      throw error
    }
    await machine.stop()
  }
}
