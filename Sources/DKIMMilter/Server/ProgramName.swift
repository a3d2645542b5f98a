import CProcess
import Glibc

/// The name that the program was called by, which determines its name in the log.
///
/// Scripts and log parsers written for OpenDKIM look for `opendkim` and "OpenDKIM Filter". Called by a link named
/// `opendkim`, the program uses both. Header fields in mail always contain the product name.
enum ProgramName: String, Sendable {
  case milter = "dkim-milter"
  case openDKIM = "opendkim"

  /// The name in this process's command line.
  static let current = ProgramName(commandLine: CommandLine.arguments.first ?? "")

  init(commandLine word: String) {
    let base = word.split(separator: "/").last.map(String.init) ?? ""
    self = ProgramName(rawValue: base) ?? .milter
  }

  /// The program name and version in the log: `OpenDKIM Filter v2.11.0`, or `dkim-milter v0.1.0`.
  var titleWithVersion: String {
    switch self {
    case .milter: "\(Product.name) v\(Product.version)"
    case .openDKIM: "\(Self.openDKIMTitle) v\(Self.openDKIMVersion)"
    }
  }

  static let openDKIMTitle = "OpenDKIM Filter"
  /// The version of OpenDKIM whose settings, log lines and options this program has.
  static let openDKIMVersion = "2.11.0"

  /// Sets the process name that ps(1), pgrep(1) and ss(8) show. By default, it is the name of the executed file: `exe`
  /// if the program was started through `/proc/self/exe`, and for a link, the name of the link's target.
  func nameProcess() { _ = unsafe cprocess_set_name(rawValue) }
}
