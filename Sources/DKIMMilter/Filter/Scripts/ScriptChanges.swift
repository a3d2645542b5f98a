import DKIMConfiguration
import DKIMCore
import Milter

/// What FinalPolicyScript does to a message.
struct ScriptChanges: Sendable {
  /// The most changes of one script.
  static let most = 100

  /// The changes of the header and of the recipients, in order.
  private(set) var modifications: [MilterModification] = []
  var quarantine: String?
  var reply: MilterReplyCode?
  fileprivate var count = 0

  fileprivate mutating func add(_ modification: MilterModification) {
    count += 1
    modifications.append(modification)
  }

  /// Whether a field is deleted: the field at the position, counted from 1 at the top, among those with its name.
  fileprivate func deletes(_ field: HeaderFieldName, _ position: UInt32) -> Bool {
    modifications.contains { modification in
      guard case .deleteHeader(let name, position) = modification else { return false }
      return (try? HeaderFieldName(name)) == field
    }
  }
}

/// Functions of FinalPolicyScript.
extension ScriptHost {
  mutating func change(
    _ function: ScriptFunction, _ arguments: ScriptArguments
  ) throws(PolicyScriptError) -> ScriptValue {
    guard changes.count < ScriptChanges.most else { throw arguments.error("too many changes of one message") }
    switch function {
    case .addHeader:
      try arguments.checkContext(2...2)
      return done(addField(try arguments.text(1), try arguments.bytes(2)))
    case .delHeader:
      try arguments.checkContext(2...2)
      return done(deleteField(try arguments.text(1), try arguments.integer(2)))
    case .addRcpt:
      try arguments.checkContext(1...1)
      let address = try arguments.text(1)
      guard facts.connection.canChangeRecipients, let path = Self.path(address) else { return .nil }
      changes.add(.addRecipient(path))
      return .integer(1)
    case .delRcpt:
      // As in opendkim-lua(3), a new field contains the deleted address.
      try arguments.checkContext(1...1)
      let address = Self.withoutBrackets(try arguments.text(1))
      guard facts.connection.canChangeRecipients,
        let recipient = facts.recipients.first(where: { Self.withoutBrackets($0) == address }),
        addField("X-Original-Recipient", Array(address.utf8))
      else { return .nil }
      changes.add(.deleteRecipient(Array(recipient.utf8)))
      return .integer(1)
    case .quarantine:
      try arguments.checkContext(1...1)
      guard facts.connection.canQuarantine else { return .nil }
      changes.quarantine = LogText.printable(try arguments.text(1))
      return .integer(1)
    case .setReply:
      try arguments.checkContext(3...3)
      let enhanced = try arguments.text(2)
      guard let code = Int(try arguments.text(1)),
        let reply = try? MilterReplyCode(
          code, enhanced: enhanced.isEmpty ? nil : enhanced, LogText.printable(try arguments.text(3)))
      else { return .nil }
      changes.reply = reply
      return .integer(1)
    // `get_reputation` and `rbl_check`: there is no reputation service, and DNS is queried for keys only. In
    // opendkim-lua(3), nil means an error.
    default: return .nil
    }
  }

  private func done(_ isDone: Bool) -> ScriptValue { isDone ? .integer(1) : .nil }

  /// Adds a field at the top. Returns false if the name or the value would damage the header.
  private mutating func addField(_ name: String, _ value: [UInt8]) -> Bool {
    let value = value.filter { $0 != 0x0D }
    let lines = value.split(separator: 0x0A, omittingEmptySubsequences: false)
    let isFolded = lines.dropFirst().allSatisfy { $0.first == 0x20 || $0.first == 0x09 }
    guard (try? HeaderFieldName(name)) != nil, isFolded, !value.contains(0), value.count <= 32_768 else {
      return false
    }
    changes.add(.insertHeader(name, value))
    return true
  }

  /// Deletes the n-th remaining field of that name, counted from 0. A number equal to the number of remaining fields
  /// deletes the last one, for scripts that count from 1: they work with OpenDKIM, because it ignores the number and
  /// always deletes the first field.
  private mutating func deleteField(_ name: String, _ number: Int) -> Bool {
    guard facts.connection.canChangeHeaders, let field = try? HeaderFieldName(name) else { return false }
    let all = (0..<facts.header.positions(of: field).count).map { UInt32($0 + 1) }
    let remaining = all.filter { !changes.deletes(field, $0) }
    let index = number == remaining.count ? number - 1 : number
    guard remaining.indices.contains(index) else { return false }
    changes.add(.deleteHeader(name: name, index: remaining[index]))
    return true
  }

  /// The address in angle brackets; `nil` if it cannot be sent as a recipient.
  private static func path(_ address: String) -> [UInt8]? {
    let bare = withoutBrackets(address)
    guard !bare.isEmpty, bare.utf8.count <= 320, bare.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F && $0 != 0x3E })
    else { return nil }
    return Array("<\(bare)>".utf8)
  }
}
