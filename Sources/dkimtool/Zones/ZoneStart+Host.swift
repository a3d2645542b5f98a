import DKIMConfiguration
import DKIMCore
import DKIMDiagnostics
import Glibc
import SystemSupport

extension ZoneStart {
  /// Creates a start with values of this host for those that are not given.
  ///
  /// - Parameters:
  ///   - server: the primary name server; `nil`: this host.
  ///   - contact: the contact address in the form of a name; `nil`: the current user at this host.
  ///   - serial: the serial number; `nil`: from the date and hour.
  init(server: String?, contact: String?, serial: Int?, at time: Timestamp) {
    self.init(
      server: server ?? ZoneName(HostName.own)?.text ?? "localhost.",
      contact: contact ?? ZoneName.contact("\(Self.userName)@\(HostName.own)") ?? "hostmaster",
      serial: serial ?? Self.serial(at: time))
  }

  /// Returns the local date and hour as a number, which grows over time: yyyymmddhh.
  private static func serial(at time: Timestamp) -> Int {
    var seconds = time_t(clamping: time.seconds)
    var parts = tm()
    guard localtime_r(&seconds, &parts) != nil else { return 1 }
    let date = ((Int(parts.tm_year) + 1900) * 100 + Int(parts.tm_mon) + 1) * 100 + Int(parts.tm_mday)
    return date * 100 + Int(parts.tm_hour)
  }

  private static var userName: String {
    Accounts.user(getuid())?.name ?? "hostmaster"
  }
}
