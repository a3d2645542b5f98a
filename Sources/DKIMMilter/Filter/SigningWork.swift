import DKIMConfiguration
import DKIMCore
import Milter

/// The signing of one message.
struct SigningWork: ~Copyable, Sendable {
  private var session: SigningSession
  private let requests: [SigningRequest]
  private let oldSignatures: Int
  /// The field to remove, and how many of them the message has.
  private let removedField: (name: String, count: Int)?
  /// The changes to the header that precede the new signatures.
  private let headerEdits: [MilterModification]
  var explanation: Explanation
  /// Converts bare CRs and LFs to line ends if `FixCRLF` is set.
  private var lineEnds: LineEndingNormalizer?

  init(
    _ requests: [SigningRequest], header: MessageHeader, removing removedField: (name: String, count: Int)? = nil,
    vouching: VouchingChange? = nil, explanation: Explanation, at time: Timestamp, in context: MessageContext
  ) throws(SigningError) {
    self.removedField = removedField
    self.requests = requests
    self.explanation = explanation
    let rules = context.configuration.signing
    oldSignatures = rules.removeOldSignatures ? header.positions(of: .dkimSignature).count : 0
    lineEnds = rules.fixCRLF ? LineEndingNormalizer() : nil
    headerEdits = vouching?.edits(of: header) ?? []
    session = try Signer(requests).begin(vouching?.header(header) ?? header, at: time)
  }

  /// True if a signature takes a millisecond or more.
  var finishTakesLong: Bool { Self.takesLong(requests) }

  static func takesLong(_ requests: [SigningRequest]) -> Bool {
    requests.contains { $0.key.type == .rsa && $0.keyBits > 2048 }
  }

  /// The number of signatures to make.
  var count: Int { requests.count }

  mutating func addExtensionTag(_ name: String, _ value: String) { _ = session.addExtensionTag(name, value) }

  mutating func update(body: Span<UInt8>) -> BodyDemand {
    if lineEnds != nil {
      let normalized = lineEnds?.normalize(body) ?? []
      session.update(body: normalized.span)
    } else {
      session.update(body: body)
    }
    return .more
  }

  consuming func finish(in context: MessageContext) -> Verdict {
    if let rest = lineEnds?.finish(), !rest.isEmpty { session.update(body: rest.span) }
    let (requests, oldSignatures, removedField) = (requests, oldSignatures, removedField)
    let headerEdits = headerEdits
    var explanation = explanation
    do {
      let fields = try session.finish()
      var verdict = Verdict(reply: .accept)
      verdict.edits = (0..<(removedField?.count ?? 0)).reversed().map {
        .deleteHeader(name: removedField?.name ?? "", index: UInt32($0 + 1))
      }
      verdict.edits += Self.edits(fields, oldSignatures: oldSignatures, after: headerEdits, in: context)
      for request in requests {
        verdict.counts.append(.signed(request.key.type))
        let event = LogEvent.signatureAdded(selector: request.selector.text, domain: request.domain.text)
        if context.configuration.log.syslogSuccess { verdict.log.append(context.line(event)) }
        explanation.steps.append(.init(.result, event.text))
      }
      verdict.explanation = explanation
      return verdict
    } catch {
      var verdict = Self.failure("\(error)", in: context)
      verdict.explanation.steps = explanation.steps + verdict.explanation.steps
      return verdict
    }
  }

  /// Returns the verdict for a message that should have been signed but could not be.
  static func failure(_ why: String, in context: MessageContext) -> Verdict {
    var verdict = context.verdict(context.configuration.actions.signatureError, .signing)
    verdict.explanation.steps = [.init(.failure, why, setting: Setting.onSignatureError.name)]
    verdict.log.append(context.line(.signatureError(why)))
    verdict.counts = [.signingFailed]
    return verdict
  }

  private static func edits(
    _ fields: [SignatureField], oldSignatures: Int, after headerEdits: [MilterModification], in context: MessageContext
  ) -> [MilterModification] {
    // From the last to the first, so that the numbers of the others do not change.
    var edits = (0..<oldSignatures).reversed().map {
      MilterModification.deleteHeader(name: SignatureField.name, index: UInt32($0 + 1))
    }
    edits += headerEdits
    edits += fields.map { .insertHeader(SignatureField.name, $0.valueAfterSpace) }
    if let software = context.softwareField { edits.append(software) }
    return edits
  }
}
