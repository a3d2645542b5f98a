import Glibc
import Synchronization
import TestSupport

/// A slapd on ports of 127.0.0.1 and on a unix socket in its directory, with the data that a test needs.
final class DirectoryServer: Sendable {
  static let suffix = "dc=dkim,dc=test"
  static let rows = "ou=rows,\(suffix)"
  /// Only ``reader`` can see the entries below.
  static let secrets = "ou=secrets,\(suffix)"
  static let domains = "ou=domains,\(suffix)"
  static let reader = "cn=reader,\(suffix)"
  /// May write.
  static let manager = "cn=manager,\(suffix)"
  static let password = "pass word: $d*"

  let folder: String
  let port: Int
  /// The port for ldaps.
  let tlsPort: Int
  private let process: Mutex<ChildProcess?>

  static var isInstalled: Bool { access("/usr/sbin/slapd", X_OK) == 0 }

  /// - Parameters:
  ///   - names: the names in its certificate; `nil`: no certificate.
  init(_ entries: [DirectoryEntry], tls names: String? = nil) async throws {
    folder = try TestFiles.makeFolder("/tmp/directory.")
    port = try FreePort.find()
    var tlsPort = port
    while tlsPort == port { tlsPort = try FreePort.find() }
    self.tlsPort = tlsPort
    process = Mutex(nil)
    guard mkdir(folder + "/data", 0o755) == 0 else { throw ChildProcess.Failure("no folder for a directory") }
    if let names {
      let certificate = try await TestAuthority(in: folder).certificate("server", for: names)
      try ServerUser.give(certificate.key, to: "openldap")
    }
    try write(DirectorySchema.text, to: "schema")
    try write(DirectorySchema.configuration(folder, hasTLS: names != nil), to: "slapd.conf")
    try write((DirectoryEntry.tree + entries).map(\.text).joined(), to: "entries")
    for path in ["", "/data", "/schema", "/slapd.conf", "/entries"] {
      try ServerUser.give(folder + path, to: "openldap")
    }
    chmod(folder, 0o755)
    try await ServerUser.run(
      ServerUser.command(
        ["slapadd", "-q", "-f", folder + "/slapd.conf", "-l", folder + "/entries"], as: "openldap"),
      log: folder + "/slapadd.log")
    try await start()
  }

  deinit {
    process.withLock { _ = $0?.stop(timeout: .zero) }
    TestFiles.removeFolder(folder)
  }

  /// The beginning of a URL for TCP.
  var url: String { "ldap://127.0.0.1:\(port)" }

  /// The beginning of a URL for the unix socket.
  var socketURL: String { "ldapi://" + (folder + "/socket").split(separator: "/").map { "%2F" + $0 }.joined() }

  var caFile: String { folder + "/ca.pem" }

  /// Adds entries while the server runs.
  func add(_ entries: [DirectoryEntry]) async throws { try await add(entries.map(\.text).joined()) }

  /// - Parameter text: entries as LDIF. // RFC 2849
  func add(_ text: String) async throws {
    let file = try TestFiles.makeFolder(folder + "/add.") + "/entries"
    try TestFiles.write(Array(text.utf8), to: file)
    try await ServerUser.run(
      ["ldapadd", "-x", "-H", url, "-D", Self.manager, "-w", "manager", "-f", file], log: file + ".log")
  }

  func stop() { process.withLock { _ = $0?.stop() } }

  func start() async throws {
    let hasTLS = access(folder + "/server.pem", F_OK) == 0
    let urls = [url, socketURL] + (hasTLS ? ["ldaps://127.0.0.1:\(tlsPort)"] : [])
    let made = try ChildProcess(
      ServerUser.command(
        ["slapd", "-d", "0", "-f", folder + "/slapd.conf", "-h", urls.joined(separator: " ")], as: "openldap"),
      log: folder + "/slapd.log")
    process.withLock { $0 = made }
    try await eventually("slapd listens: \(log)", within: .seconds(20)) {
      guard made.isRunning else { throw ChildProcess.Failure("slapd ended: \(self.log)") }
      return FreePort.isListening(self.port) && (!hasTLS || FreePort.isListening(self.tlsPort))
    }
  }

  func pause() { process.withLock { $0?.signal(SIGSTOP) } }

  func resume() { process.withLock { $0?.signal(SIGCONT) } }

  var log: String { String(decoding: ((try? TestFiles.read(folder + "/slapd.log")) ?? []).suffix(1000), as: UTF8.self) }

  private func write(_ text: String, to name: String) throws {
    try TestFiles.write(Array(text.utf8), to: "\(folder)/\(name)")
  }
}

/// The schema of rows, and the settings of slapd.
enum DirectorySchema {
  /// OIDs from the arc for examples. // RFC 5612
  static let text = """
    attributetype ( 1.3.6.1.4.1.32473.10.1 NAME 'dkimName' EQUALITY caseIgnoreMatch
      SUBSTR caseIgnoreSubstringsMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )
    attributetype ( 1.3.6.1.4.1.32473.10.2 NAME 'dkimValue' SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )
    attributetype ( 1.3.6.1.4.1.32473.10.3 NAME 'dkimDomain' SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )
    attributetype ( 1.3.6.1.4.1.32473.10.4 NAME 'dkimSelector' SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )
    attributetype ( 1.3.6.1.4.1.32473.10.5 NAME 'dkimKey' SYNTAX 1.3.6.1.4.1.1466.115.121.1.40 )
    objectclass ( 1.3.6.1.4.1.32473.11.1 NAME 'dkimRow' SUP top STRUCTURAL
      MAY ( cn $ dc $ dkimName $ dkimValue $ dkimDomain $ dkimSelector $ dkimKey $ userPassword ) )

    """

  static func configuration(_ folder: String, hasTLS: Bool) -> String {
    let tls = """
      TLSCACertificateFile \(folder)/ca.pem
      TLSCertificateFile \(folder)/server.pem
      TLSCertificateKeyFile \(folder)/server.key

      """
    return """
      include /etc/ldap/schema/core.schema
      include \(folder)/schema
      modulepath /usr/lib/ldap
      moduleload back_mdb
      pidfile \(folder)/data/pid
      threads 4
      sasl-auxprops slapd
      sasl-secprops none
      authz-regexp "^uid=([^,]+)(,cn=[^,]+)*,cn=auth$" "cn=$1,\(DirectoryServer.suffix)"
      authz-regexp "^gidNumber=\(getgid())\\\\+uidNumber=\(getuid()),cn=peercred,cn=external,cn=auth$" "\(DirectoryServer.reader)"
      \(hasTLS ? tls : "")
      database mdb
      suffix "\(DirectoryServer.suffix)"
      rootdn "\(DirectoryServer.manager)"
      rootpw manager
      directory \(folder)/data
      maxsize 268435456
      envflags nosync
      index objectClass,dkimName eq
      access to attrs=userPassword by anonymous auth by * none
      access to dn.subtree="\(DirectoryServer.secrets)" by dn.exact="\(DirectoryServer.reader)" read by * none
      access to * by * read

      """
  }
}
