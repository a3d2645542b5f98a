package import DKIMConfiguration

/// What the MTA reports about a client.
package struct ClientInfo: Sendable, Hashable {
  /// The client's name as the MTA gave it; `[198.51.100.66]` or `unknown` if it has none.
  package var hostName: String
  /// The client's address; `nil` if the message did not come over the network, and then it counts as 127.0.0.1.
  package var address: IPAddress?
  /// Header values are received and sent with the space after the colon (HDR_LEADSPC).
  package var leadingSpace: Bool
  /// The MTA offers to quarantine messages.
  package var canQuarantine: Bool
  /// The macros of the connection: j, daemon_name, and any others sent before the first message.
  package var macros: Macros

  package init(
    hostName: String, address: IPAddress?, leadingSpace: Bool = true, canQuarantine: Bool = true,
    macros: Macros = Macros()
  ) {
    self.hostName = hostName
    self.address = address
    self.leadingSpace = leadingSpace
    self.canQuarantine = canQuarantine
    self.macros = macros
  }

  /// The address to use in lookups: a client without an address is on this machine.
  var effectiveAddress: IPAddress? { address ?? IPAddress("127.0.0.1") }
}
