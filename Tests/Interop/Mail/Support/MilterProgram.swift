import Glibc
import TestSupport

/// The milter that is put behind Postfix: ours, or the one whose place it takes, which shows what the tests are worth.
struct MilterProgram: Sendable {
  let path: String

  /// `DKIM_MAIL_MILTER` names another program.
  static let underTest = MilterProgram(path: Run.text("DKIM_MAIL_MILTER") ?? TestFiles.programs + "/dkim-milter")

  var isBuilt: Bool { access(path, X_OK) == 0 }

  /// Built with its own validator: a trust anchor for a tree of names that our zones do not hang from makes them bogus.
  static let validates: Bool = {
    #if Unbound
      true
    #else
      underTest.isOpenDKIM
    #endif
  }()

  /// OpenDKIM, with its own ideas.
  var isOpenDKIM: Bool { path.hasSuffix("/opendkim") }

  /// In the foreground.
  func arguments(configuration: String) -> [String] { [path, "-f", "-x", configuration] }

  /// The lines that let it ask `server`.
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
