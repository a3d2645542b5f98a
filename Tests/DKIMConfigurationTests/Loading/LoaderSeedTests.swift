import DKIMCore
import Testing

@testable import DKIMConfiguration

/// Unchanged configurations from distributions, tutorials and administrators.
@Suite struct LoaderSeedTests {
  private func load(_ text: String) async -> (Configuration?, [ConfigurationProblem]) {
    let (settings, problems) = Settings.parse(text, file: "/etc/opendkim.conf")
    var loader = ConfigurationLoader()
    loader.parts = BuildParts([])
    let (configuration, more) = await loader.load(settings)
    return (configuration, problems + more)
  }

  @Test func `Debian's default configuration loads`() async throws {
    let (found, problems) = await load(
      """
      # This is a basic configuration for signing and verifying.
      Syslog\t\t\tyes
      SyslogSuccess\t\tyes
      #LogWhy\t\t\tno

      Canonicalization\trelaxed/simple
      #Mode\t\t\tsv
      #SubDomains\t\tno
      OversignHeaders\t\tFrom

      #Domain\t\t\texample.com
      #Selector\t\t2020
      #KeyFile\t\t/etc/dkimkeys/example.private

      UserID\t\t\topendkim
      UMask\t\t\t007
      Socket\t\t\tlocal:/run/opendkim/opendkim.sock
      #Socket\t\t\tinet:8891@localhost
      PidFile\t\t\t/run/opendkim/opendkim.pid
      #InternalHosts\t\t192.168.0.0/16, 10.0.0.0/8, 172.16.0.0/12
      TrustAnchorFile\t\t/usr/share/dns/root.key
      #Nameservers\t\t127.0.0.1

      """)
    let configuration = try #require(found)
    #expect(problems.map(\.severity) == [.note])
    #expect(configuration.process.socket == .unix(path: "/run/opendkim/opendkim.sock"))
    #expect(configuration.process.umask == 7)
    #expect(configuration.process.userID == UserSpecification("opendkim"))
    #expect(configuration.signing.oversignHeaders.map(\.text) == ["From"])
    #expect(configuration.signing.canonicalization == Canonicalization(header: .relaxed, body: .simple))
    #expect(configuration.log.syslog && configuration.log.syslogSuccess)
  }

  @Test func `the configuration of CentOS loads`() async throws {
    let folder = try SettingsFolder()
    try folder.key("rsa2048.pem", as: "dkim.private")
    try folder.write("key.table", "datahunter example.com:dkim:\(folder.path)/dkim.private\n")
    try folder.write("signing.table", "# domain short name\n*          datahunter\n")
    try folder.write("TrustedHosts", "127.0.0.1\n::1\n192.0.2.1\n")
    let (found, problems) = await load(
      """
      AutoRestart             Yes
      AutoRestartRate         10/1h
      UMask                   002

      Syslog                  yes
      SyslogFacility          mail
      SyslogSuccess           Yes
      LogWhy                  Yes

      SoftwareHeader          Yes

      Canonicalization        relaxed/relaxed

      # Map domains in From addresses to keys used to sign messages
      KeyTable               \(folder.path)/key.table
      SigningTable           refile:\(folder.path)/signing.table

      # Hosts to ignore when verifying signatures
      ExternalIgnoreList      \(folder.path)/TrustedHosts
      InternalHosts           \(folder.path)/TrustedHosts

      Mode                    sv
      PidFile                 /var/run/opendkim/
      SignatureAlgorithm      rsa-sha256

      Socket  inet:8891@localhost
      #Umask   000
      """)
    let configuration = try #require(found)
    #expect(problems == [])
    #expect(configuration.process.autoRestartRate == ProcessRules.RestartRate(restarts: 10, seconds: 3600))
    #expect(configuration.process.umask == 2)
    #expect(configuration.results.softwareHeader)
    #expect(configuration.signing.signatureAlgorithm == .rsa)
    guard case .tables(let signers, _) = configuration.signing.keys else {
      Issue.record("no tables")
      return
    }
    let sender = MailAddress(localPart: "a", domain: try DomainName("example.com"))
    #expect(try await signers.matches(for: sender, all: true).map(\.keyName) == ["datahunter"])
    let owner = Settings.parse("UserID                  opendkim:opendkim\n").settings
    #expect(await ConfigurationLoader().load(owner).0?.process.userID?.group == "opendkim")
  }

  @Test func `the quickstart of the wiki loads`() async throws {
    let folder = try SettingsFolder()
    let key = try folder.key("rsa2048.pem", as: "2021.private")
    let (found, problems) = await load(
      "Domain   example.com\nSelector 2021\nKeyFile  \(key)\n\nSocket   inet:8891@localhost\n")
    #expect(problems == [])
    guard case .single = try #require(found).signing.keys else {
      Issue.record("no single key")
      return
    }
  }

  @Test func `the tables of the wiki load`() async throws {
    let folder = try SettingsFolder()
    let key = try folder.key("rsa2048.pem", as: "2021.private")
    try folder.write("keytable", "example example.com:2021:\(key)\n")
    try folder.write("signingtable", "*@example.com example\n*@*.example.com example\n")
    try folder.write("trustedhosts", "127.0.0.1\n::1\n10.0.0.0/8\nmail.example.com\n")
    try folder.write("bodylengthdb.cfg", ".*\n")
    let (found, problems) = await load(
      """
      # Specify the list of keys
      KeyTable file:\(folder.path)/keytable
      # Match keys and domains. To use regular expressions in the file, use refile: instead of file:
      SigningTable refile:\(folder.path)/signingtable\u{20}
      # Match a list of hosts whose messages will be signed. By default, only localhost is considered as internal host.
      InternalHosts refile:\(folder.path)/trustedhosts

      Canonicalization    relaxed/simple
      On-BadSignature     reject
      BodyLengthDB        refile:\(folder.path)/bodylengthdb.cfg

      Socket local:/var/spool/postfix/opendkim/opendkim.sock
      Nameservers 127.0.0.1
      """)
    let configuration = try #require(found)
    #expect(problems == [])
    #expect(configuration.actions.badSignature == .reject)
    #expect(try await configuration.origin.internalHosts.match(name: nil, address: IPAddress("127.0.0.1")) != nil)
  }
}
