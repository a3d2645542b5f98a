package import DKIMCore

/// A key source that shares its capacity fairly among the clients whose mail it looks up keys for.
package protocol SharedKeySource: PublicKeySource {
  /// Answers one question within a bounded time. `client` is `nil` where no one client can be held responsible.
  func answer(_ query: KeyQuery, for client: KeyClient?) async -> KeyAnswer
}

/// The network that a message came from: an IPv4 address, or the /64 of an IPv6 address, which one client has to
/// itself. // RFC 4291 §2.5.4
package struct KeyClient: Sendable, Hashable {
  private let octets: [UInt8]

  /// - Parameter address: its octets, 4 or 16 of them.
  package init(address: [UInt8]) {
    octets = address.count == 16 ? Array(address[..<8]) : address
  }
}
