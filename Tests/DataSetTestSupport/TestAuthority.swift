import TestSupport

/// A certificate authority and the certificates that it issues, created by openssl(1).
struct TestAuthority {
  /// The files with a certificate and its key.
  struct Certificate {
    let file: String
    let key: String
  }

  let folder: String
  /// The CA certificate.
  var file: String { folder + "/ca.pem" }

  init(in folder: String) async throws {
    self.folder = folder
    try await Self.openssl(
      ["req", "-x509"] + Self.newKey(folder + "/ca.key")
        + ["-out", folder + "/ca.pem", "-subj", "/CN=Test authority", "-days", "2"])
  }

  /// - Parameter names: subject alternative names, such as `DNS:localhost,IP:127.0.0.1`.
  func certificate(_ file: String, for names: String) async throws -> Certificate {
    let made = Certificate(file: "\(folder)/\(file).pem", key: "\(folder)/\(file).key")
    try await Self.openssl(
      ["req", "-x509"] + Self.newKey(made.key)
        + [
          "-out", made.file, "-subj", "/CN=\(file)", "-days", "2", "-CA", self.file, "-CAkey", folder + "/ca.key",
          "-addext", "subjectAltName=\(names)", "-addext", "basicConstraints=critical,CA:FALSE",
        ])
    return made
  }

  private static func newKey(_ file: String) -> [String] {
    ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", file]
  }

  private static func openssl(_ arguments: [String]) async throws {
    let status = try await ChildProcess(["openssl"] + arguments, log: "/dev/null").end(within: .seconds(20))
    guard status == 0 else { throw ChildProcess.Failure("openssl \(arguments[0]) ends with \(status)") }
  }
}
