public import DKIMConfiguration

/// What is known of a client, as the MTA tells it.
public struct ConnectionFacts: Sendable, Hashable {
  /// The client's name as the MTA gave it; `[198.51.100.66]` or `unknown` where it has none.
  public var hostName: String
  /// `nil` where the message did not come over the network; it then counts as 127.0.0.1.
  public var address: IPAddress?
  /// Header values come and go with the space behind the colon (HDR_LEADSPC).
  public var leadingSpace: Bool
  /// The MTA offers to put messages on hold.
  public var canQuarantine: Bool
  /// The macros of the connection: j, daemon_name, and whatever else came before the first message.
  public var macros: Macros

  public init(
    hostName: String, address: IPAddress?, leadingSpace: Bool = true, canQuarantine: Bool = true,
    macros: Macros = Macros()
  ) {
    self.hostName = hostName
    self.address = address
    self.leadingSpace = leadingSpace
    self.canQuarantine = canQuarantine
    self.macros = macros
  }

  /// For a look-up: what has no address comes from this machine.
  var effectiveAddress: IPAddress? { address ?? IPAddress("127.0.0.1") }
}
