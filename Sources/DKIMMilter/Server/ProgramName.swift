import CProcess
import Glibc

/// The name that the program was called by, which decides how it names itself in the log.
///
/// Scripts, log parsers and documents of OpenDKIM's users look for `opendkim` and for "OpenDKIM Filter": a link of
/// that name to this program says both. Header fields in mail always name the product.
enum ProgramName: String, Sendable {
  case milter = "dkim-milter"
  case openDKIM = "opendkim"

  /// The name in this process's command line.
  static let current = ProgramName(commandLine: CommandLine.arguments.first ?? "")

  init(commandLine word: String) {
    let base = word.split(separator: "/").last.map(String.init) ?? ""
    self = ProgramName(rawValue: base) ?? .milter
  }

  /// How the log names the program and its version: `OpenDKIM Filter v2.11.0`, or `dkim-milter v0.1.0`.
  var titleWithVersion: String {
    switch self {
    case .milter: "\(Product.name) v\(Product.version)"
    case .openDKIM: "\(Self.openDKIMTitle) v\(Self.openDKIMVersion)"
    }
  }

  static let openDKIMTitle = "OpenDKIM Filter"
  /// The version whose settings, log lines and options this program has.
  static let openDKIMVersion = "2.11.0"

  /// Gives the process the name that ps(1), pgrep(1) and ss(8) show. The system takes it from the file that is
  /// executed, which is `/proc/self/exe` where the program starts itself, and the target of a link.
  func nameProcess() { _ = unsafe cprocess_set_name(rawValue) }
}
