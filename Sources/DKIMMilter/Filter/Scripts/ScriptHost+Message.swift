import DKIMConfiguration
import DKIMCore

/// Functions that read the message, and those that request something at the setup hook.
extension ScriptHost {
  func read(
    _ function: ScriptFunction, _ arguments: ScriptArguments
  ) throws(PolicyScriptError) -> [ScriptValue] {
    if facts.recipientsAreCut, [.getRcpt, .getRcptarray, .rcptCount].contains(function) {
      throw arguments.error("not all recipients are known, because there are too many or one is not valid")
    }
    switch function {
    case .parseField:
      try arguments.checkCount(1...1)
      let value = try arguments.bytes(0)
      guard let address = try? MailAddress(firstOf: value.span) else { return [.nil] }
      return [.string(address.localPart), .string(address.domain.text)]
    case .getHeader:
      try arguments.checkContext(2...2)
      guard let position = Self.position(try arguments.text(1), try arguments.integer(2), in: header) else {
        return [.nil]
      }
      // As libmilter passes values to filters: lines end with LF.
      return [.text(header.value(of: position).filter { $0 != 0x0D })]
    case .getMtasymbol:
      try arguments.checkContext(1...1)
      return [.optional(facts.macro(Self.withoutBraces(try arguments.text(1))))]
    case .getRcpt:
      try arguments.checkContext(1...1)
      let count = facts.recipients.count
      var index = try arguments.integer(1)
      // OpenDKIM returns the last recipient for this number, too, and scripts count from 1.
      if index == count { index -= 1 }
      return [index >= 0 && index < count ? .string(Self.withoutBrackets(facts.recipients[index])) : .nil]
    default: break
    }
    try arguments.checkContext(0...0)
    switch function {
    case .getEnvfrom: return [.string(Self.withoutBrackets(facts.envelopeSender))]
    case .getFromdomain: return [.optional(author?.domain.text)]
    case .getClienthost: return [.string(facts.connection.hostName)]
    case .getClientip: return [.optional(facts.connection.effectiveAddress?.description)]
    case .rcptCount: return [.integer(facts.recipients.count)]
    default: return [.list(facts.recipients.map { .string(Self.withoutBrackets($0)) })]
    }
  }

  /// The position of the n-th field of that name: from 0 at the top, or from -1 at the bottom.
  private static func position(_ name: String, _ number: Int, in header: MessageHeader) -> Int? {
    guard let name = try? HeaderFieldName(name) else { return nil }
    let positions = header.positions(of: name)
    let index = number < 0 ? positions.count + number : number
    return positions.indices.contains(index) ? positions[index] : nil
  }

  mutating func request(
    _ function: ScriptFunction, _ arguments: ScriptArguments
  ) throws(PolicyScriptError) -> [ScriptValue] {
    switch function {
    case .setResult:
      try arguments.checkContext(1...1)
      guard let value = ScriptResult(rawValue: try arguments.integer(1)) else { return [.nil] }
      result = value
      return [.integer(1)]
    case .replaceHeader:
      try arguments.checkContext(3...3)
      let value = MessageTransaction.wireValue(try arguments.bytes(3))
      let (name, number) = (try arguments.text(1), try arguments.integer(2))
      guard let position = Self.position(name, number, in: header) else { return [.nil] }
      header = header.replacingValue(of: position, with: value)
      if let received = Self.position(name, number, in: receivedHeader) {
        receivedHeader = receivedHeader.replacingValue(of: received, with: value)
      }
      headerIsReplaced = true
      return []
    case .verify:
      try arguments.checkContext(0...0)
      wantsVerification = true
    case .useLtag:
      try arguments.checkContext(0...0)
      usesLength = true
    // resign: messages are not signed again after verification; check_popauth: there is no such database.
    default: try arguments.checkContext(0...0)
    }
    return [.nil]
  }

  /// `xtag(ctx, tag, value)`
  mutating func addTag(_ arguments: ScriptArguments) throws(PolicyScriptError) -> ScriptValue {
    try arguments.checkContext(2...2)
    let tag = (name: try arguments.text(1), value: try arguments.text(2))
    guard SigningRequest.isExtensionTag(tag.name, tag.value), extensionTags.count < 16,
      !extensionTags.contains(where: { $0.name == tag.name })
    else { return .integer(-1) }
    extensionTags.append(tag)
    return .integer(plannedCount + requests.count)
  }

  static func withoutBrackets(_ path: String) -> String { TextBytes.unwrapped(path, "<", ">") }
  private static func withoutBraces(_ name: String) -> String { TextBytes.unwrapped(name, "{", "}") }
}

extension MessageTransaction {
  /// Returns the value of a header field that a script wrote as it is hashed: with a space after the colon, and with
  /// CRLF in folds.
  static func wireValue(_ value: [UInt8]) -> [UInt8] {
    var result: [UInt8] = value.first == 0x20 || value.first == 0x09 ? [] : [0x20]
    for byte in value where byte != 0x0D {
      if byte == 0x0A { result.append(0x0D) }
      result.append(byte)
    }
    return result
  }
}
