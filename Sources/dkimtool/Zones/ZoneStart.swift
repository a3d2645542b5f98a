import DKIMConfiguration
import DKIMCore
import Glibc

/// The SOA record of a zone, as opendkim-genzone lays it out.
struct ZoneStart {
  var refresh = 10_800
  var retry = 1800
  var expire = 604_800
  /// The TTL of records that have none of their own.
  var lifetime = 86_400
  /// `nil`: by the clock.
  var serial: Int?
  /// As ``ZoneName`` writes it; `nil`: the user and the host who run this.
  var contact: String?

  /// `$TTL` and the record.
  /// - Parameter server: the primary name server; `nil`: this host.
  func text(server: String?, at time: Timestamp) -> String {
    "$TTL \(lifetime)\n" + record(server: server, at: time)
  }

  /// The record and an empty line.
  func record(server: String?, at time: Timestamp) -> String {
    let host = ZoneName(HostName.own)?.text ?? "localhost."
    let contact = contact ?? ZoneName.contact("\(Self.userName)@\(HostName.own)") ?? "hostmaster"
    let numbers = [refresh, retry, expire, lifetime].map { Self.padded("\($0)") }
    return """
      @\tIN\tSOA\t\(server ?? host)\t\(contact)\t (
      \t\(Self.padded("\(serial ?? Self.serial(at: time))"))   ; Serial (yyyymmddhh)
      \t\(numbers[0])   ; Refresh
      \t\(numbers[1])   ; Retry
      \t\(numbers[2])   ; Expire
      \t\(numbers[3]) ) ; Default


      """
  }

  /// The hour of local time as a number: it grows.
  private static func serial(at time: Timestamp) -> Int {
    var seconds = time_t(clamping: time.seconds)
    var parts = tm()
    guard localtime_r(&seconds, &parts) != nil else { return 1 }
    let date = ((Int(parts.tm_year) + 1900) * 100 + Int(parts.tm_mon) + 1) * 100 + Int(parts.tm_mday)
    return date * 100 + Int(parts.tm_hour)
  }

  private static func padded(_ text: String) -> String {
    text + String(repeating: " ", count: max(10 - text.utf8.count, 0))
  }

  private static var userName: String {
    guard let entry = getpwuid(getuid()), let name = entry.pointee.pw_name else { return "hostmaster" }
    return String(cString: name)
  }
}

/// A name in the data of a record: one of several labels is a whole name, one label alone is of the zone.
struct ZoneName {
  let text: String

  /// `nil` where it is no name.
  init?(_ word: String) {
    let isWhole = word.hasSuffix(".")
    guard let name = try? DomainName(isWhole ? String(word.dropLast()) : word) else { return nil }
    text = name.aLabel + (isWhole || name.labelCount > 1 ? "." : "")
  }

  /// `hostmaster@example.com` as `hostmaster.example.com.`; dots of the mailbox are escaped. // RFC 1035 §8
  static func contact(_ word: String) -> String? {
    guard let at = word.lastIndex(of: "@") else { return ZoneName(word)?.text }
    let mailbox = word[..<at]
    guard !mailbox.isEmpty, mailbox.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !"\"();@$".utf8.contains($0) }),
      let domain = ZoneName(String(word[word.index(after: at)...]))
    else { return nil }
    return mailbox.map { $0 == "." || $0 == "\\" ? "\\\($0)" : "\($0)" }.joined() + "." + domain.text
  }
}
