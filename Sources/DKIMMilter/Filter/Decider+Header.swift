import DKIMConfiguration
import DKIMCore

/// Settings that change the header before it is signed.
extension Decider {
  /// Applies `ReplaceRules` to the header to sign, once. Returns the reason if that is impossible.
  mutating func replaceText() -> String? {
    guard let rules = configuration.signing.replaceRules, !textIsReplaced else { return nil }
    textIsReplaced = true
    do throws(ReplaceRulesFailure) {
      let rewriting = try rules.rewriting(of: header)
      for (rule, fields) in rewriting.applied { record.append(.message(.replaced(rule, fields: fields))) }
      guard !rewriting.values.isEmpty else { return nil }
      let isComplete = header.excess == nil
      header = header.replacingValues(rewriting.values)
      // A longer value may have displaced From.
      if isComplete, let excess = header.excess { return "\(excess) after \(Setting.replaceRules.name)" }
      return nil
    } catch {
      return "\(error)"
    }
  }

  /// The maximum length of an identity, in bytes: that of an address. // RFC 5321 §4.5.3.1
  private static let longestIdentity = 320

  /// Applies `IdentityHeader` and `IdentityHeaderRemove`. The value of the field is used as the identity of each
  /// signature whose domain it is in.
  mutating func applyIdentityHeader(to planned: [PlannedSignature]) -> [PlannedSignature] {
    guard let name = configuration.signing.identityHeader, !planned.isEmpty else { return planned }
    let positions = header.positions(of: name)
    guard let position = positions.first else { return planned }
    let text = identityText(header.value(of: position))
    var planned = planned
    for index in planned.indices {
      if let text, let identity = Self.identity(text, within: planned[index].domain) {
        planned[index].identity = identity
        record.append(.key(.identity(identity, field: name.text)))
      } else {
        record.append(.key(.identityIgnored(text ?? "", field: name.text, domain: planned[index].domain)))
      }
    }
    if configuration.signing.removesIdentityHeader {
      header = header.replacingValues([:], removing: Set(positions))
      removedField = (name.text, positions.count)
      record.append(.key(.identityHeaderRemoved(field: name.text)))
    }
    return planned
  }

  /// Returns the address in the field, or its text if that is only a domain after `@`; `nil` if it is not usable.
  private func identityText(_ value: [UInt8]) -> String? {
    if let address = try? MailAddress(firstOf: value.span) { return usable("\(address)") }
    guard let start = value.firstIndex(where: { !ASCII.isFWS($0) }),
      let end = value.lastIndex(where: { !ASCII.isFWS($0) })
    else { return nil }
    return usable(String(decoding: value[start...end], as: UTF8.self))
  }

  private func usable(_ text: String) -> String? {
    text.utf8.count <= Self.longestIdentity && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F } ? text : nil
  }
}
