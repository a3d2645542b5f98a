/// An IPv4 or IPv6 address.
public struct IPAddress: Sendable, Hashable {
  /// 4 or 16 octets.
  public let octets: [UInt8]

  /// Reads `192.0.2.1` or `2001:db8::1`, without brackets.
  public init?(_ text: String) {
    return nil
  }
}
