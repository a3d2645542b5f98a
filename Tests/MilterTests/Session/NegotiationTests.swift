import Milter
import MilterPeer
import NIOCore
import Testing

@Suite struct NegotiationTests {
  private let requirements = MilterRequirements(
    requiredActions: .addHeaders, wantedActions: [.changeHeaders, .quarantine],
    protocolOptions: [.noHelo, .noReplyHeader, .noReplyBody, .skip, .headerLeadingSpace, .noUnknown],
    symbolLists: [.connect: ["j", "{daemon_name}"], .mail: ["{auth_type}"]])

  /// The bits SMFIP_… of libmilter.
  @Test func `the options have the bits of the protocol`() {
    let options: [MilterProtocolOptions] = [
      .noConnect, .noHelo, .noMail, .noRecipients, .noBody, .noHeaders, .noEndOfHeader, .noReplyHeader, .noUnknown,
      .noData, .skip, .rejectedRecipients, .noReplyConnect, .noReplyHelo, .noReplyMail, .noReplyRecipient, .noReplyData,
      .noReplyUnknown, .noReplyEndOfHeader, .noReplyBody, .headerLeadingSpace,
    ]
    #expect(options.map(\.rawValue) == (0...20).map { 1 << $0 })
    #expect(MilterProtocolOptions.chunks256K.rawValue == 0x1000_0000)
    #expect(MilterProtocolOptions.chunks1M.rawValue == 0x2000_0000)
    #expect(MilterProtocolOptions.all == MilterProtocolOptions(options))
  }

  @Test func `only what was offered is agreed on`() throws {
    let offer = MilterOffer(
      version: 6, actions: [.addHeaders, .changeHeaders], protocolOptions: [.noHelo, .skip, .noBody])
    let agreement = try requirements.agreement(on: offer)
    #expect(
      agreement
        == MilterAgreement(version: 6, actions: [.addHeaders, .changeHeaders], protocolOptions: [.noHelo, .skip]))
  }

  @Test(arguments: [2, 3, 4, 5, 6, 7, 0xFFFF_FFFF] as [UInt32])
  func `the version is never higher than offered nor than known`(_ version: UInt32) throws {
    let agreement = try requirements.agreement(on: MilterOffer(version: version, actions: .all, protocolOptions: .all))
    #expect(agreement.version == min(version, 6))
    switch version {
    case 2: #expect(agreement.protocolOptions == .noHelo)
    case 3, 4, 5: #expect(agreement.protocolOptions == [.noHelo, .noUnknown])
    default: #expect(agreement.protocolOptions == requirements.protocolOptions)
    }
  }

  @Test func `versions before 2 are refused`() {
    for version in [0, 1] as [UInt32] {
      #expect(throws: MilterRefusal.version(version)) {
        try requirements.agreement(on: MilterOffer(version: version, actions: .all, protocolOptions: .all))
      }
    }
  }

  @Test func `a missing action that is needed is reported`() {
    let offer = MilterOffer(version: 6, actions: .changeBody, protocolOptions: .all)
    #expect(throws: MilterRefusal.missingActions(.addHeaders, offered: .changeBody)) {
      try requirements.agreement(on: offer)
    }
  }

  @Test func `the bytes on the wire are those that opendkim sends to Postfix`() throws {
    var session = MilterSession()
    var out = ByteBuffer()
    let requirements = MilterRequirements(
      requiredActions: [.addHeaders, .changeHeaders, .setSymbolLists],
      protocolOptions: [.noHelo, .noUnknown, .noData, .skip, .headerLeadingSpace])
    _ = try session.receive(Packets.offer(.postfix))
    _ = try session.agree(to: requirements, into: &out)
    let expected: [UInt8] = [0, 0, 0, 13, 0x4F, 0, 0, 0, 6, 0, 0, 1, 0x11, 0, 0x10, 0x07, 0x02]
    #expect(Array(out.readableBytesView) == expected)
  }

  @Test func `symbol lists are sent if they were offered`() throws {
    var session = MilterSession()
    var out = ByteBuffer()
    _ = try session.receive(Packets.offer(.postfix))
    let agreement = try session.agree(to: requirements, into: &out)
    #expect(agreement.actions.contains(.setSymbolLists))
    let payload = try #require(try Packets.frames(out).first).payload
    let expected = "\0\0\0\0j {daemon_name}\0\0\0\0\u{2}{auth_type}\0"
    #expect(payload.readableBytesView.dropFirst(12).elementsEqual(expected.utf8))
  }

  @Test func `symbol lists are not sent if they were not offered`() throws {
    for offer in [
      MilterOffer(version: 6, actions: .addHeaders, protocolOptions: .all),
      MilterOffer(version: 5, actions: .all, protocolOptions: .all),
    ] {
      var session = MilterSession()
      var out = ByteBuffer()
      _ = try session.receive(Packets.offer(offer))
      let agreement = try session.agree(to: requirements, into: &out)
      #expect(!agreement.actions.contains(.setSymbolLists))
      #expect(out.readableBytes == 17)
    }
  }

  @Test func `without the no-reply bits replies are given`() throws {
    var conversation = try Conversation(
      requirements, offer: MilterOffer(version: 2, actions: .all, protocolOptions: .all))
    try conversation.play(
      [.connect, .mail, .recipient, .header, .header, .endOfHeader, .body, .endOfMessage].map(Packets.sample))
    #expect(try conversation.takeLetters() == "cccccccc")
  }

  @Test func `with the no-reply bits, no reply is sent`() throws {
    var conversation = try Conversation(requirements)
    try conversation.play(
      [.connect, .mail, .recipient, .data, .header, .header, .endOfHeader, .body, .endOfMessage].map(Packets.sample))
    #expect(try conversation.takeLetters() == "cccccc")
  }

  @Test func `the names of the bits are the protocol's`() {
    #expect("\(MilterProtocolOptions([.noHelo, .headerLeadingSpace, .chunks1M]))" == "NOHELO HDR_LEADSPC MDS_1M")
    #expect("\(MilterProtocolOptions(rawValue: 1 << 25))" == "bit 25")
    #expect("\(MilterActions.all)".split(separator: " ").count == 9)
    #expect("\(MilterActions())" == "none")
  }
}
