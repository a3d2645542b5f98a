public import Milter
import NIOCore

/// The result of the negotiation with a filter, as parsed by the peer.
public struct PeerAgreement: Sendable, Hashable {
  /// What the peer offered.
  public var offer: MilterOffer
  /// What the filter selected from the offer.
  public var agreement: MilterAgreement
  /// The macros that the filter requests for each stage.
  public var symbolLists: [MilterStage: [String]]

  /// Parses the answer to an offer, with the same checks as Postfix.
  init(_ payload: ByteBuffer, to offer: MilterOffer) throws(PeerError) {
    var rest = payload
    guard let (version, actions, options) = rest.readMultipleIntegers(as: (UInt32, UInt32, UInt32).self) else {
      throw .malformed(letter: MilterCommand.negotiate.rawValue)
    }
    agreement = MilterAgreement(
      version: version, actions: MilterActions(rawValue: actions),
      protocolOptions: MilterProtocolOptions(rawValue: options))
    guard version <= offer.version else { throw .notOffered("version \(version)") }
    guard agreement.actions.isSubset(of: offer.actions) else {
      throw .notOffered("actions \(agreement.actions.subtracting(offer.actions))")
    }
    guard agreement.protocolOptions.isSubset(of: offer.protocolOptions) else {
      throw .notOffered("protocol options \(agreement.protocolOptions.subtracting(offer.protocolOptions))")
    }
    self.offer = offer
    symbolLists = [:]
    while rest.readableBytes > 0 {
      guard let number = rest.readInteger(as: UInt32.self), let names = rest.readText(),
        let stage = MilterStage.allCases.first(where: { $0.symbolListNumber == number })
      else { throw .malformed(letter: MilterCommand.negotiate.rawValue) }
      symbolLists[stage] = String(decoding: names, as: UTF8.self).split(separator: " ").map(String.init)
    }
  }
}

/// The packets of a client or a message, prepared once to be sent any number of times.
public struct PeerScript: Sendable {
  /// Bytes to send, up to and including a command that gets a reply.
  struct Step: Sendable {
    var bytes: ByteBuffer
    var command: MilterCommand
    /// The index of the recipient, for RCPT.
    var recipient: Int?
  }

  private(set) var steps: [Step] = []
  private let agreed: PeerAgreement
  private var unsent = ByteBuffer()
  private var macroValues: [String: String] = [:]
  private let chunk: Int

  private init(_ agreed: PeerAgreement, chunk: Int) {
    self.agreed = agreed
    self.chunk = max(chunk, 1)
  }

  /// Creates a script that sends CONNECT and HELO.
  public static func client(_ client: PeerClient, _ agreed: PeerAgreement) -> PeerScript {
    var script = PeerScript(agreed, chunk: 1)
    script.macros(.connect, client.macros)
    var payload = ByteBuffer(string: client.hostName)
    payload.writeInteger(0 as UInt8)
    payload.writeInteger(client.family)
    if client.family != UInt8(ascii: "U") {
      payload.writeInteger(client.port)
      payload.writeNULTerminated(client.address.utf8)
    }
    script.command(.connect, payload, unless: .noConnect)
    script.macros(.helo, client.heloMacros)
    script.command(.helo, text(client.helo.utf8), unless: .noHelo)
    return script
  }

  /// Creates a script that sends everything from MAIL to the end of the message, like Postfix.
  /// - Parameters:
  ///   - message: The message to send.
  ///   - agreed: The result of the negotiation, which determines the steps that are omitted.
  ///   - chunk: The number of bytes of the body in one packet; Postfix sends at most 65535.
  public static func message(
    _ message: PeerMessage, _ agreed: PeerAgreement, chunk: Int = 65_535
  ) -> PeerScript {
    var script = PeerScript(agreed, chunk: chunk)
    script.envelope(message)
    script.content(message)
    return script
  }

  private mutating func envelope(_ message: PeerMessage) {
    let bare = message.sender.filter { $0 != "<" && $0 != ">" }
    let host = bare.split(separator: "@").last.map(String.init) ?? ""
    macros(
      .mail, [("{mail_addr}", bare), ("{mail_host}", host), ("{mail_mailer}", "smtp")] + (message.macros[.mail] ?? []))
    var payload = Self.text(message.sender.utf8)
    for parameter in message.senderParameters { payload.writeNULTerminated(parameter.utf8) }
    command(.mail, payload, unless: .noMail)
    for (index, recipient) in message.recipients.enumerated() {
      let bare = recipient.filter { $0 != "<" && $0 != ">" }
      let host = bare.split(separator: "@").last.map(String.init) ?? ""
      // The queue file does not exist before the first recipient.
      let queue = index > 0 ? [(name: "i", value: message.queueID)] : []
      macros(
        .recipient,
        queue + [("{rcpt_addr}", bare), ("{rcpt_host}", host), ("{rcpt_mailer}", "smtp")]
          + (message.macros[.recipient] ?? []))
      command(.recipient, Self.text(recipient.utf8), unless: .noRecipients, recipient: index)
    }
  }

  private mutating func content(_ message: PeerMessage) {
    let queue = [(name: "i", value: message.queueID)]
    macros(.data, queue + (message.macros[.data] ?? []))
    command(.data, ByteBuffer(), unless: .noData, since: 4)
    let leadingSpace = agreed.agreement.protocolOptions.contains(.headerLeadingSpace)
    for field in message.fields {
      macros(.header, queue)
      var payload = Self.text(field.name)
      let hasSpace = field.value.first == 0x20
      payload.writeNULTerminated(hasSpace && !leadingSpace ? field.value.dropFirst() : field.value[...])
      command(.header, payload, unless: .noHeaders)
    }
    macros(.endOfHeader, queue + (message.macros[.endOfHeader] ?? []))
    command(.endOfHeader, ByteBuffer(), unless: .noEndOfHeader)
    var rest = message.body[...]
    while !rest.isEmpty {
      macros(.body, queue)
      command(.body, ByteBuffer(bytes: rest.prefix(chunk)), unless: .noBody)
      rest = rest.dropFirst(chunk)
    }
    macros(.endOfMessage, queue + (message.macros[.endOfMessage] ?? []))
    command(.endOfMessage, ByteBuffer(), unless: [])
  }

  /// Adds the macros of a stage: the given ones, or those of the stage's symbol list if the filter has requested one.
  private mutating func macros(_ stage: MilterStage, _ macros: [(name: String, value: String)]) {
    for (name, value) in macros { macroValues[name] = value }
    var sent = macros
    if let list = agreed.symbolLists[stage] {
      sent = list.compactMap { name in macroValues[name].map { (name, $0) } }
    }
    var payload = ByteBuffer(integer: stage.command.rawValue)
    for (name, value) in sent {
      payload.writeNULTerminated(name.utf8)
      payload.writeNULTerminated(value.utf8)
    }
    MilterFrame(.macros, payload: payload).write(into: &unsent)
  }

  private mutating func command(
    _ command: MilterCommand, _ payload: ByteBuffer, unless omitted: MilterProtocolOptions, since version: UInt32 = 2,
    recipient: Int? = nil
  ) {
    let options = agreed.agreement.protocolOptions
    if agreed.agreement.version < version || (!omitted.isEmpty && options.contains(omitted)) { return }
    MilterFrame(command, payload: payload).write(into: &unsent)
    if agreed.agreement.allowsReply(to: command) {
      self.steps.append(Step(bytes: unsent, command: command, recipient: recipient))
      unsent = ByteBuffer()
    }
  }

  /// The bytes that are sent at the end and get no reply.
  var tail: ByteBuffer { unsent }

  private static func text(_ bytes: some Sequence<UInt8>) -> ByteBuffer {
    var buffer = ByteBuffer()
    buffer.writeNULTerminated(bytes)
    return buffer
  }
}

extension ByteBuffer {
  mutating func writeNULTerminated(_ bytes: some Sequence<UInt8>) {
    writeBytes(bytes)
    writeInteger(0 as UInt8)
  }
}
