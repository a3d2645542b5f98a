import TestSupport

/// A fault of a name server.
enum NameTrouble: String, Sendable, CaseIterable {
  // No response, or a refusal.
  case silence, servfail, refused, notimplemented, formaterror, notauthoritative, nosuchname, nosuchnamewithkey
  // Responses that are invalid.
  case garbage, short, headonly, notareply, otheroperation, countslie, ownerloop, longstring, spoiltrecord
  // Responses to something else.
  case wrongid, flood, wrongquestion, wrongtype, wrongclass, noquestion, otherowner, otherclass
  // TCP.
  case cutclosed, cutsilent, cutgarbage, cutshort, cutagain, cutdrip, cuthuge
  // Aliases.
  case selfalias, pairalias, chainalias, deadalias
  // Responses from another sender.
  case forged, forgedflood
  // Records that are not keys.
  case emptytext, manytexts, hugetext

  /// True if the fault is permanent: there is no key, and another query does not help.
  var isPermanent: Bool {
    switch self {
    case .nosuchname, .spoiltrecord, .otherowner, .otherclass, .emptytext, .manytexts, .hugetext, .cuthuge: true
    default: false
    }
  }

  /// The result word for a signature whose key lookup has this fault.
  var word: String {
    switch self {
    case .nosuchname, .otherowner, .otherclass: "fail"
    default: isPermanent ? "permerror" : "temperror"
    }
  }

  func actions(_ request: ScriptedRequest, _ record: String) -> [ScriptedAction] {
    let good = request.text(record)
    switch self {
    case .silence: return []
    case .servfail: return [.send(code(2, request, record))]
    case .refused: return [.send(code(5, request, record))]
    case .notimplemented: return [.send(code(4, request, record))]
    case .formaterror: return [.send(code(1, request, record))]
    case .notauthoritative: return [.send(code(9, request, record))]
    case .nosuchname: return [.send(request.reply(code: 3))]
    case .nosuchnamewithkey: return [.send(code(3, request, record))]
    case .garbage, .short, .headonly, .notareply, .otheroperation, .countslie, .ownerloop, .longstring,
      .spoiltrecord:
      return [.send(malformed(request, good))]
    case .wrongid, .flood, .wrongquestion, .wrongtype, .wrongclass, .noquestion, .otherowner, .otherclass:
      return elsewhere(request, record)
    case .cutclosed, .cutsilent, .cutgarbage, .cutshort, .cutagain, .cutdrip, .cuthuge:
      return request.isTCP ? stream(request, good) : [.send(request.reply([], flags: 0x8380))]
    case .selfalias, .pairalias, .chainalias, .deadalias: return [.send(alias(request))]
    case .forged: return [.sendFromElsewhere(good)]
    case .forgedflood: return Array(repeating: .sendFromElsewhere(good), count: 200)
    case .emptytext: return [.send(request.text(""))]
    case .manytexts: return [.send(request.reply((0..<20).map { .txt(request.name, ["noise \($0)"]) }))]
    case .hugetext: return [.send(request.reply([.txt(request.name, Self.hugeText(1100))]))]
    }
  }

  private func code(_ number: UInt16, _ request: ScriptedRequest, _ record: String) -> [UInt8] {
    request.reply(code: number, [.txt(request.name, [record])])
  }

  private func malformed(_ request: ScriptedRequest, _ good: [UInt8]) -> [UInt8] {
    var bytes = good
    switch self {
    case .garbage: return Array(good.prefix(2)) + (0..<200).map { UInt8(truncatingIfNeeded: $0 &* 37) }
    case .short: return Array(good.prefix(7))
    case .headonly: return Array(good.prefix(4)) + [0, 0, 0, 1, 0, 0, 0, 0]
    case .notareply: bytes[2] &= 0x7F
    case .otheroperation: bytes[2] |= 0x10
    case .countslie: (bytes[6], bytes[7]) = (0xFF, 0xFF)
    case .ownerloop:
      // The owner name of the record is a compression pointer to itself.
      let place = 12 + request.question.count
      bytes.replaceSubrange(place..<(place + request.question.count - 4), with: [0xC0, UInt8(place)])
    case .longstring:
      // The string extends beyond the end of the record.
      let place = 12 + request.question.count + request.question.count - 4 + 10
      bytes[place] = 0xFF
    case .spoiltrecord: bytes = Array(bytes.dropLast(9)) + Array(repeating: 0xC0, count: 40)
    default: break
    }
    return bytes
  }

  private func elsewhere(_ request: ScriptedRequest, _ record: String) -> [ScriptedAction] {
    var message = request.message([.txt(request.name, [record])])
    switch self {
    case .wrongid: message.id ^= 0x5555
    case .flood:
      return (1...200).map {
        var other = message
        other.id = message.id &+ UInt16($0 * 300)
        return .send(other.bytes)
      }
    case .wrongquestion: message.question = Message.name("other._domainkey.example.com") + [0, 16, 0, 1]
    case .wrongtype: message.question = Array(request.question.dropLast(4)) + [0, 1, 0, 1]
    case .wrongclass: message.question = Array(request.question.dropLast(4)) + [0, 16, 0, 3]
    case .noquestion: message.question = nil
    case .otherowner: message.answers[0].name = "other._domainkey.example.com"
    case .otherclass: message.answers[0].cls = 3
    default: break
    }
    return [.send(message.bytes)]
  }

  private func stream(_ request: ScriptedRequest, _ good: [UInt8]) -> [ScriptedAction] {
    let framed = Message.pair(UInt16(good.count)) + good
    switch self {
    case .cutclosed: return [.close]
    case .cutgarbage: return [.raw([UInt8](repeating: 0x5A, count: 300))]
    case .cutshort: return [.raw(Array(framed.dropLast(20))), .close]
    case .cutagain: return [.send(request.reply([.txt(request.name, ["v=DKIM1"])], flags: 0x8380))]
    case .cutdrip: return framed.flatMap { [.raw([$0]), .pause(milliseconds: 300)] }
    case .cuthuge: return [.send(request.reply([.txt(request.name, Self.hugeText(60_000))]))]
    default: return []
    }
  }

  private func alias(_ request: ScriptedRequest) -> [UInt8] {
    switch self {
    case .selfalias: return request.reply([.cname(request.name, request.name)])
    case .pairalias:
      let other = "other." + request.name
      return request.reply([.cname(request.name, other), .cname(other, request.name)])
    case .chainalias:
      // Each response is an alias of another name, without end.
      let parts = request.name.split(separator: ".", maxSplits: 1)
      let number = Int(parts[0].filter(\.isNumber)) ?? 0
      return request.reply([.cname(request.name, "chainalias\(number + 1).\(parts[1])")])
    default: return request.reply([.cname(request.name, "silence." + request.name)])
    }
  }

  /// A record that begins like a key record.
  private static func hugeText(_ count: Int) -> [String] {
    ["v=DKIM1; k=rsa; p="] + Array(repeating: String(repeating: "A", count: 250), count: count / 250)
  }
}
