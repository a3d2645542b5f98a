import NIOCore

@testable import Milter

/// Runs a whole conversation with packets in any order and answers of any kind.
///
/// The input determines the offer and the request, then for each packet its command, its length, its bytes and the
/// answer.
enum MilterSessionTarget {
  static func run(_ input: [UInt8]) {
    var source = Source(input)
    var talk = Talk(&source)
    while !source.isEmpty, talk.step(&source) {}
  }

  /// A source of bytes, read one after another.
  struct Source {
    private var rest: ArraySlice<UInt8>

    init(_ input: [UInt8]) { rest = input[...] }

    var isEmpty: Bool { rest.isEmpty }

    mutating func byte() -> UInt8 { rest.popFirst() ?? 0 }

    mutating func number() -> UInt32 { (0..<4).reduce(0) { number, _ in number << 8 | UInt32(byte()) } }

    mutating func bytes(_ count: Int) -> ArraySlice<UInt8> {
      let bytes = rest.prefix(count)
      rest = rest.dropFirst(count)
      return bytes
    }
  }

  private struct Talk {
    private var session = MilterSession(limits: MilterLimits(packetSize: 4096, macros: 8, macroBytes: 200))
    private var out = ByteBuffer()
    private let requirements: MilterRequirements
    /// The events since the last CONNECT and the last MAIL.
    private var hasClient = false
    private var hasMail = false
    private var hasEndOfHeader = false

    init(_ source: inout Source) {
      requirements = MilterRequirements(
        requiredActions: MilterActions(rawValue: UInt32(source.byte() & 1)),
        wantedActions: MilterActions(rawValue: source.number()),
        protocolOptions: MilterProtocolOptions(rawValue: source.number()),
        symbolLists: source.byte() & 1 == 0 ? [:] : [.mail: ["i", "{auth_type}"], .body: ["x"]])
    }

    /// Processes a packet; returns false if the conversation has ended.
    mutating func step(_ source: inout Source) -> Bool {
      let kind = source.byte()
      let commands = MilterCommand.allCases
      let letter = kind < 0xF0 ? commands[Int(kind) % commands.count].rawValue : source.byte()
      let length = Int(source.byte())
      let payload = ByteBuffer(bytes: source.bytes(letter == MilterCommand.negotiate.rawValue ? 12 : length))
      do throws(MilterError) {
        var input: MilterSession.Input? = try session.receive(MilterFrame(letter: letter, payload: payload))
        while let current = input {
          guard take(current, &source) else { return false }
          if session.unansweredCommand != nil { return withdraw() }
          input = session.nextInput()
        }
        return true
      } catch {
        requirePrintable("\(error)")
        require(out.readableBytes == 0, "a reply to an invalid packet")
        return false
      }
    }

    /// Checks that an unanswered event can only be aborted.
    private mutating func withdraw() -> Bool {
      if session.isInMessage {
        let input = try? session.receive(MilterFrame(.abort))
        require(input == .aborted, "ABORT does not end the current message")
        finish()
      }
      return (try? session.receive(MilterFrame(.quit))) != .quit
    }

    private mutating func finish() { (hasMail, hasEndOfHeader) = (false, false) }

    private mutating func take(_ input: MilterSession.Input, _ source: inout Source) -> Bool {
      switch input {
      case .nothing: break
      case .quit: return false
      case .offer(let offer): return agree(offer)
      case .aborted: finish()
      case .clientDisconnected:
        finish()
        hasClient = false
      case .event(let event):
        see(event)
        return answer(event, &source)
      }
      return true
    }

    private mutating func agree(_ offer: MilterOffer) -> Bool {
      guard let agreement = try? session.agree(to: requirements, into: &out) else {
        require(out.readableBytes == 0, "a reply despite a refusal")
        return false
      }
      require(agreement.version <= min(offer.version, 6), "a version that was not offered")
      require(agreement.actions.isSubset(of: offer.actions), "actions that were not offered")
      require(agreement.protocolOptions.isSubset(of: offer.protocolOptions), "protocol options that were not offered")
      require(letters() == "O", "no answer to the offer")
      return true
    }

    private mutating func see(_ event: MilterEvent) {
      let options = session.agreement?.protocolOptions ?? []
      switch event {
      case .connect:
        require(!hasClient, "a second CONNECT")
        hasClient = true
      case .mail:
        require(!hasMail, "a message within a message")
        hasMail = true
      case .recipient, .data, .header, .endOfHeader:
        require(hasMail || options.contains(.noMail), "\(event.command) without MAIL")
        if event == .endOfHeader { hasEndOfHeader = true }
      case .body, .endOfMessage:
        require(hasEndOfHeader || options.contains(.noEndOfHeader), "\(event.command) before the end of the header")
      case .helo, .unknown: break
      }
      require(hasClient || options.contains(.noConnect), "\(event.command) without CONNECT")
    }

    private mutating func answer(_ event: MilterEvent, _ source: inout Source) -> Bool {
      let choice = source.byte()
      if choice == 0xFF { return true }
      let isDue = session.replyIsDue
      let response = MilterSessionTarget.response(choice, &source)
      var reply = response.reply
      do throws(MilterContractViolation) {
        try session.answer(response, into: &out)
      } catch {
        requirePrintable("\(error)")
        require(out.readableBytes == 0, "output despite an invalid answer")
        require(session.unansweredCommand == event.command, "an invalid answer counts as an answer")
        reply = .continue
        do throws(MilterContractViolation) { try session.answer(.continue, into: &out) } catch {
          fail("CONTINUE is rejected: \(error)")
        }
      }
      let sent = letters()
      if !isDue { require(sent.isEmpty || event.command == .body, "a reply to \(event.command), where none is due") }
      if isDue { require(sent.utf8.last == reply.letter.rawValue, "the reply \(sent) for \(reply)") }
      if event.command != .endOfMessage { require(sent.utf8.count <= 1, "\(sent) to \(event.command)") }
      if !session.isInMessage { finish() }
      return true
    }

    /// Returns the letters of the written packets, which must be complete.
    private mutating func letters() -> String {
      var decoder = MilterFrameDecoder(maximumPacketSize: 1 << 24)
      decoder.append(out)
      out.clear()
      var letters: [UInt8] = []
      while let frame = (try? decoder.next()) ?? nil {
        require(MilterReplyLetter(rawValue: frame.letter) != nil, "a reply that the protocol does not have")
        letters.append(frame.letter)
      }
      require(decoder.bufferedBytes == 0, "an incomplete packet")
      return String(decoding: letters, as: UTF8.self)
    }
  }

  private static func response(_ choice: UInt8, _ source: inout Source) -> MilterResponse {
    let replies: [MilterReply] = [
      .continue, .continue, .accept, .reject, .tempfail, .discard, .skip, .connectionFailure, .shutdown,
    ]
    var response = MilterResponse(replies[Int(choice & 15) % replies.count])
    if choice & 16 != 0 {
      let text = Array(source.bytes(Int(source.byte() & 31)))
      let name = String(decoding: text, as: UTF8.self)
      if let code = try? MilterReplyCode(450 + Int(choice), name) { response.reply = .replyCode(code) }
      response.modifications = [
        .addHeader(name: name, value: text), .insertHeader(index: 0, name: "X", value: text),
        .deleteHeader(name: "X", index: 1), .addRecipient(text), .deleteRecipient(text),
        .changeSender(text, parameters: text), .replaceBody(text), .quarantine(reason: text),
      ].filter { _ in source.byte() & 1 == 0 }
    }
    return response
  }
}
