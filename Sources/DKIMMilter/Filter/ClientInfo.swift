package import DKIMConfiguration

/// What the MTA reports about a client.
package struct ClientInfo: Sendable, Hashable {
  /// The client's name as the MTA gave it; `[198.51.100.66]` or `unknown` if it has none.
  package var hostName: String
  /// The client's address; `nil` if the message did not come over the network, and then it counts as 127.0.0.1.
  package var address: IPAddress?
  /// The MTA offers to quarantine messages.
  package var canQuarantine: Bool
  /// The MTA allows filters to change and delete header fields.
  package var canChangeHeaders = true
  /// The MTA allows filters to add and delete recipients.
  package var canChangeRecipients = true

  package init(hostName: String, address: IPAddress?, canQuarantine: Bool = true) {
    self.hostName = hostName
    self.address = address
    self.canQuarantine = canQuarantine
  }

  /// The address to use in lookups: a client without an address is on this machine.
  var effectiveAddress: IPAddress? { address ?? IPAddress("127.0.0.1") }
}
