import DKIMConfiguration
import Milter

/// Reduction of what the milter protocol reports about a client to what the filter needs.
extension ClientInfo {
  init(_ client: MilterClient, _ agreement: MilterAgreement) {
    self.init(
      hostName: String(buffer: client.hostName), address: Self.address(client),
      canQuarantine: agreement.actions.contains(.quarantine))
    note(agreement)
  }

  private mutating func note(_ agreement: MilterAgreement) {
    canChangeHeaders = agreement.actions.contains(.changeHeaders)
    canChangeRecipients = agreement.actions.isSuperset(of: [.addRecipients, .deleteRecipients])
  }

  /// Returns the facts for a client about which the MTA has sent nothing.
  static func unknown(_ agreement: MilterAgreement) -> ClientInfo {
    var client = ClientInfo(
      hostName: "unknown", address: unspecified, canQuarantine: agreement.actions.contains(.quarantine))
    client.note(agreement)
    return client
  }

  /// The address for unknown clients. It belongs to no host, so such clients are never trusted by mistake.
  private static let unspecified = IPAddress("0.0.0.0")

  /// Returns the address. It is `nil`, which means this machine, only if the MTA reports a local client. An MTA that
  /// does not know the client sends no address either, but the host name is not `localhost` then.
  private static func address(_ client: MilterClient) -> IPAddress? {
    switch client.address {
    case .local: nil
    case .unknown: client.hostName.readableBytesView.elementsEqual("localhost".utf8) ? nil : unspecified
    case .ipv4(let text, _), .ipv6(let text, _): IPAddress(String(text.prefix { $0 != "%" })) ?? unspecified
    }
  }
}
