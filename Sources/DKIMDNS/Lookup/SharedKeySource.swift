package import DKIMCore

/// A key source that shares its capacity fairly among the clients for whose mail it looks up keys.
package protocol SharedKeySource: PublicKeySource {
  /// Looks up a key within a limited time. `client` is `nil` if no single client is responsible for the lookup.
  func answer(_ query: KeyQuery, for client: KeyClient?) async -> KeyAnswer
}

/// The network from which a message came.
///
/// This is an IPv4 address, or the /64 of an IPv6 address, because one client controls a whole /64. // RFC 4291 §2.5.4
package struct KeyClient: Sendable, Hashable {
  private let bytes: [UInt8]

  /// - Parameter address: The bytes of the address, 4 or 16.
  package init(address: [UInt8]) {
    bytes = address.count == 16 ? Array(address[..<8]) : address
  }
}
