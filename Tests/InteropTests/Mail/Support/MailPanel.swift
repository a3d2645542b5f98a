import Testing

/// Other implementations, which verify delivered messages.
actor MailPanel {
  private let dkimpy: Peer
  private let mailDKIM: Peer
  private let testmsg: Testmsg
  private let keys: [String: String]

  /// Why there is no panel; nil if it is available.
  static let obstacle: String? = {
    for kind in [PeerKind.dkimpy, .mailDKIM] where !kind.isInstalled {
      return "\(kind.rawValue) is not installed: Scripts/install test"
    }
    return Testmsg.isInstalled ? nil : "opendkim-testmsg is not installed: Scripts/install test"
  }()

  init(keys: [String: String]) throws {
    dkimpy = try Peer(.dkimpy)
    mailDKIM = try Peer(.mailDKIM)
    testmsg = try Testmsg()
    self.keys = keys
  }

  /// All of them have to accept every signature of the message; opendkim-testmsg supports only RSA.
  func expectAccepted(_ mail: DeliveredMail, _ comment: Comment? = nil, isRSA: Bool = true) throws {
    let good = mail.values("DKIM-Signature").map { _ in "pass" }
    #expect(try dkimpy.verify(mail.bytes, keys: keys) == good, comment ?? "dkimpy")
    guard isRSA else { return }
    #expect(try mailDKIM.verify(mail.bytes, keys: keys) == good, comment ?? "Mail::DKIM")
    #expect(try testmsg.verify(mail.bytes, keys: keys) == "", comment ?? "opendkim-testmsg")
  }
}
