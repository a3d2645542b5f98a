import Glibc
import TestSupport

/// The milter to test with Postfix: dkim-milter, or the one that it replaces, which shows whether the tests are useful.
struct MilterProgram: Sendable {
  let path: String

  /// `DKIM_MAIL_MILTER` names another program.
  static let underTest = MilterProgram(path: Run.text("DKIM_MAIL_MILTER") ?? TestFiles.programs + "/dkim-milter")

  var isBuilt: Bool { access(path, X_OK) == 0 }

  /// The program is built with its own validator, so a trust anchor that the zones of the run do not chain to makes
  /// them bogus.
  static let validates: Bool = {
    #if Unbound
      true
    #else
      underTest.isOpenDKIM
    #endif
  }()

  /// The program is OpenDKIM, which behaves differently.
  var isOpenDKIM: Bool { path.hasSuffix("/opendkim") }

  /// The arguments to run it in the foreground.
  func arguments(configuration: String) -> [String] { [path, "-f", "-x", configuration] }

  /// The lines that make it query `server`.
  func resolverLines(port: Int, in folder: MailFolder) throws -> [String] {
    guard isOpenDKIM else { return ["Nameservers 127.0.0.1@\(port)"] }
    let file = try folder.write(
      """
      server:
        do-not-query-localhost: no
        local-zone: "test." nodefault
      forward-zone:
        name: "."
        forward-addr: 127.0.0.1@\(port)

      """, to: "libunbound.conf")
    return ["ResolverConfiguration \(file)"]
  }
}
