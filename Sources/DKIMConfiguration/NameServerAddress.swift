internal import DKIMCore
internal import Glibc

/// A DNS server in the settings `Nameservers` and `TrustedNameservers`: an IP address and a port.
package struct NameServerAddress: Sendable, Hashable {
  /// The port of DNS.
  private static let standardPort = 53

  /// The address as written; the zone of a link-local address follows `%`.
  package let address: String
  /// The address without its zone.
  package let ip: IPAddress
  /// The index of the network interface that the zone names; 0 if there is no zone.
  package let interface: UInt32
  /// The port, from 1 to 65535.
  package let port: Int

  /// Parses `IP` or `IP@PORT`. Host names are not looked up.
  package init?(_ text: String) {
    let parts = text.unicodeScalars.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
      .map { String($0) }
    let unzoned = parts[0].utf8.prefix { $0 != UInt8(ascii: "%") }
    let zone = parts[0].utf8.dropFirst(unzoned.count + 1)
    guard let ip = IPAddress(String(Substring(unzoned))) else { return nil }
    if unzoned.count == parts[0].utf8.count {
      interface = 0
    } else {
      guard ip.isIPv6, let index = Self.interface(String(Substring(zone)), of: ip) else { return nil }
      interface = index
    }
    if parts.count == 2 {
      guard let number = ASCII.port(parts[1]) else { return nil }
      port = number
    } else {
      port = Self.standardPort
    }
    self.ip = ip
    address = parts[0]
  }

  /// Returns the index of the interface with this name or number. As in getaddrinfo(3), names are only for link-local
  /// addresses.
  private static func interface(_ zone: String, of ip: IPAddress) -> UInt32? {
    guard !zone.isEmpty, zone.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
    let isLinkLocal = ip.bytes[0] == 0xFE && ip.bytes[1] & 0xC0 == 0x80
    let named = isLinkLocal ? unsafe if_nametoindex(zone) : 0
    let index = named == 0 ? UInt32(zone) ?? 0 : named
    return index == 0 ? nil : index
  }
}

extension NameServerAddress: CustomStringConvertible {
  /// The form that the initializer parses; the port is included only if it is not 53.
  package var description: String { port == Self.standardPort ? address : "\(address)@\(port)" }
}
