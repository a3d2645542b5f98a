import DKIMConfiguration
import DKIMCore

/// A DKIM-Signature field as scripts see it.
struct ScriptSignature: Sendable {
  let position: Int
  /// `nil` if the field has errors.
  let signature: DKIMSignature?
  /// `nil` before the evaluation, and for a signature that was ignored.
  var result: EvaluatedSignature?

  /// All signatures of a header, top down.
  static func all(in header: MessageHeader) -> [ScriptSignature] {
    header.positions(of: .dkimSignature).prefix(MailPolicy.maximumSignatures).map { position in
      ScriptSignature(position: position, signature: try? DKIMSignature(value: header.value(of: position)))
    }
  }
}

extension ScriptHost {
  mutating func signature(
    _ function: ScriptFunction, _ arguments: ScriptArguments
  ) throws(PolicyScriptError) -> [ScriptValue] {
    switch function {
    case .getSigcount:
      try arguments.checkContext(0...0)
      return [signatures.map { .integer($0.count) } ?? .nil]
    case .getSigarray:
      try arguments.checkContext(0...0)
      return [signatures.map { .list($0.indices.map(ScriptHandle.signature)) } ?? .nil]
    case .getSighandle:
      try arguments.checkContext(1...1)
      let index = try arguments.integer(1)
      guard let signatures, signatures.indices.contains(index) else { throw arguments.error("invalid request") }
      return [ScriptHandle.signature(index)]
    default: break
    }
    try arguments.checkCount(1...1)
    let index = try arguments.signature(0)
    guard let signature = signatures?[index] else { return [.nil] }
    let body = signature.result?.result.body
    switch function {
    case .sigGetdomain: return [.optional(signature.signature?.domain.text)]
    case .sigGetidentity: return [.optional(signature.signature?.identity.description)]
    case .sigIgnore:
      ignored.insert(signature.position)
      return [.nil]
    case .sigResult: return [.integer(SignatureErrorNumber(signature.result).rawValue)]
    case .sigBhresult:
      switch signature.result?.result.bodyHash {
      case .matches: return [.integer(0)]
      case .differs: return [.integer(1)]
      case .notChecked, nil: return [.integer(-1)]
      }
    case .sigBodylength: return [body.map { .integer(Int(clamping: $0.bytes)) } ?? .nil]
    default: return [body.map { .integer(Int(clamping: $0.signedBytes)) } ?? .nil]
    }
  }
}
