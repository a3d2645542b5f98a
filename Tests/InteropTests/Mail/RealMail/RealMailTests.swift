import Testing

/// The prerequisites of the mail tests.
enum RealMail {
  /// Why the suites cannot run here; nil if they can.
  static let obstacle = MailHouse.obstacle ?? MailPanel.obstacle
  static let comment = Comment(rawValue: obstacle ?? "")

  static var isPossible: Bool { obstacle == nil }
}

/// Mail through a real Postfix with the milter. The tests run one after another, because they share Postfix and the
/// milter's port.
@Suite(.serialized, .enabled(if: RealMail.isPossible, RealMail.comment), .mailHouse, .timeLimit(.minutes(4)))
struct RealMailTests {}

@Suite struct MailPrerequisiteTests {
  @Test(.enabled(if: Run.requiresPeers, "DKIM_INTEROP_REQUIRED is not set"))
  func `everything is installed`() {
    #expect(RealMail.isPossible, RealMail.comment)
  }

  @Test(.enabled(if: Run.requiresPeers, "DKIM_INTEROP_REQUIRED is not set"))
  func `sendmail is unpacked`() {
    #expect(SendmailServer.obstacle == nil)
  }
}
