import DKIMConfiguration
import DKIMCore
import Glibc
import SystemSupport

/// The SOA record of a zone, in the layout of opendkim-genzone. Times are in seconds.
struct ZoneStart {
  var refresh = 10_800
  var retry = 1800
  var expire = 604_800
  /// The TTL of records without a TTL of their own.
  var lifetime = 86_400
  /// The serial number; `nil`: from the current date and hour.
  var serial: Int?
  /// The contact address in the form of ``ZoneName/contact(_:)``; `nil`: the current user at this host.
  var contact: String?

  /// Returns `$TTL` and the record.
  ///
  /// - Parameter server: the primary name server; `nil`: this host.
  func text(server: String?, at time: Timestamp) -> String {
    "$TTL \(lifetime)\n" + record(server: server, at: time)
  }

  /// Returns the record and an empty line.
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

  /// Returns the local date and hour as a number, which grows over time: yyyymmddhh.
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
    Accounts.user(getuid())?.name ?? "hostmaster"
  }
}

/// A name in the data of a record. A name of several labels is a full name; a single label is relative to the zone.
struct ZoneName {
  let text: String

  /// Returns `nil` if the word is not a domain name.
  init?(_ word: String) {
    let isWhole = word.hasSuffix(".")
    guard let name = try? DomainName(isWhole ? String(word.dropLast()) : word) else { return nil }
    text = name.asciiForm + (isWhole || name.labelCount > 1 ? "." : "")
  }

  /// Converts `hostmaster@example.com` to `hostmaster.example.com.`; dots in the mailbox are escaped. // RFC 1035 §8
  static func contact(_ word: String) -> String? {
    guard let at = word.lastIndex(of: "@") else { return ZoneName(word)?.text }
    let mailbox = word[..<at]
    guard !mailbox.isEmpty, mailbox.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !"\"();@$".utf8.contains($0) }),
      let domain = ZoneName(String(word[word.index(after: at)...]))
    else { return nil }
    return mailbox.map { $0 == "." || $0 == "\\" ? "\\\($0)" : "\($0)" }.joined() + "." + domain.text
  }
}
