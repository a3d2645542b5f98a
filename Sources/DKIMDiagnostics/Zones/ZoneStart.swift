/// The start of a zone: the default TTL and the SOA record, in the layout of opendkim-genzone. Times are in seconds.
public struct ZoneStart: Sendable, Hashable {
  /// The primary name server, as it appears in the zone: a full name ends with a dot. The name is not checked.
  public var server: String
  /// The contact address in the form of a name; see ``ZoneName/contact(_:)``. The name is not checked.
  public var contact: String
  /// The serial number, which must grow with each change of the zone.
  public var serial: Int
  /// The interval at which secondary servers look for changes.
  public var refresh = 10_800
  /// The interval at which secondary servers retry if the primary server does not respond.
  public var retry = 1800
  /// The time after which secondary servers discard a zone that they cannot refresh.
  public var expire = 604_800
  /// The TTL of records without a TTL of their own. As in opendkim-genzone, it is also the last number of the SOA
  /// record: the TTL of negative responses.
  public var lifetime = 86_400

  /// Creates a start with the default times.
  public init(server: String, contact: String, serial: Int) {
    self.server = server
    self.contact = contact
    self.serial = serial
  }

  /// The `$TTL` line, the record and an empty line.
  var text: String { "$TTL \(lifetime)\n" + record }

  /// The record and an empty line.
  package var record: String {
    let numbers = [refresh, retry, expire, lifetime].map { Self.padded("\($0)") }
    return """
      @\tIN\tSOA\t\(server)\t\(contact)\t (
      \t\(Self.padded("\(serial)"))   ; Serial (yyyymmddhh)
      \t\(numbers[0])   ; Refresh
      \t\(numbers[1])   ; Retry
      \t\(numbers[2])   ; Expire
      \t\(numbers[3]) ) ; Default


      """
  }

  private static func padded(_ text: String) -> String {
    text + String(repeating: " ", count: max(10 - text.utf8.count, 0))
  }
}
