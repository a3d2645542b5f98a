import DKIMConfiguration
import DKIMCore
import Milter

/// What FinalPolicyScript does to a message.
struct ScriptChanges: Sendable {
  /// The most changes of one script.
  static let most = 100

  /// The header fields to delete: the name in lower case, and the number from the top, from 1.
  private(set) var deleted: [String: Set<UInt32>] = [:]
  /// Additions, in order.
  private(set) var additions: [MilterModification] = []
  var quarantine: String?
  var reply: MilterReplyCode?
  fileprivate var count = 0

  fileprivate mutating func add(_ modification: MilterModification) {
    count += 1
    additions.append(modification)
  }

  fileprivate mutating func delete(_ name: String, _ number: UInt32) {
    count += 1
    deleted[name.lowercased(), default: []].insert(number)
  }

  /// The deletions, for each name from the last field to the first.
  var deletions: [MilterModification] {
    deleted.sorted { $0.key < $1.key }.flatMap { name, numbers in
      numbers.sorted(by: >).map { .deleteHeader(name: name, index: $0) }
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
    // There is no reputation service, and DNS is queried for keys only; nil is an error in opendkim-lua(3).
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

  /// Deletes the n-th remaining field of that name, from 0. The number of remaining fields means the last one, because
  /// scripts count from 1, too: OpenDKIM deletes the first one, whatever the number is.
  private mutating func deleteField(_ name: String, _ number: Int) -> Bool {
    guard facts.connection.canChangeHeaders, let field = try? HeaderFieldName(name) else { return false }
    let deleted = changes.deleted[name.lowercased()] ?? []
    let remaining = (0..<facts.header.positions(of: field).count).map { UInt32($0 + 1) }.filter {
      !deleted.contains($0)
    }
    let index = number == remaining.count ? number - 1 : number
    guard remaining.indices.contains(index) else { return false }
    changes.delete(name, remaining[index])
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
