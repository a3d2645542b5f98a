import DKIMConfiguration
import DKIMCore

/// The check whether a trusted certifier vouches for a message: `vbr`. // RFC 5518 §5, RFC 6212
struct VouchingCheck: Sendable {
  /// The maximum number of VBR-Info fields examined in a message. // RFC 5518 §8
  static let maximumFields = 3
  /// The maximum number of certifiers asked for a message.
  static let maximumQueries = 10
  private static let setting = "VBR-TrustedCertifiers"

  /// A question to a certifier.
  private struct Question: Sendable {
    let info: VouchingInfo
    let certifier: DomainName
    let query: KeyQuery
    var answer: KeyAnswer?

    /// Whether the certifier vouches; `nil` if that is unknown, because the lookup failed.
    var isVouched: Bool? {
      switch answer {
      case nil, .failure: nil
      case .noSuchName, .noData: false
      case .records(let records, _): VouchingCheck.vouches(records, for: info.content)
      }
    }
  }

  private var questions: [Question] = []
  private var isAsked = false
  /// `md=` of the first valid field.
  private let domain: DomainName?
  /// The result if no certifier is asked.
  private var unasked: (code: DKIMResultCode, reason: String) = (.none, "")

  /// Returns `nil` if certifiers are not asked, or if the message has no VBR-Info field.
  init?(_ signatures: [EvaluatedSignature], _ header: MessageHeader, _ rules: VerificationRules) {
    guard !rules.trustedCertifiers.isEmpty else { return nil }
    let positions = VouchingInfo.names.flatMap { header.positions(of: $0) }.prefix(Self.maximumFields)
    guard !positions.isEmpty else { return nil }
    let infos = positions.compactMap { VouchingInfo(header.value(of: $0)) }
    domain = infos.first?.domain
    guard let first = infos.first else {
      unasked.reason = "no VBR-Info field is valid"
      return
    }
    guard infos.allSatisfy({ $0.content == first.content }) else {
      unasked = (.fail, "the VBR-Info fields have different types (mc=)")
      return
    }
    // The identity is that of `i=`, or of `d=` without it. // RFC 5518 §7.1
    let verified = Set(signatures.filter(\.isAccepted).compactMap { $0.result.signature?.identity.domain })
    let usable = infos.filter { verified.contains($0.domain) }
    guard !usable.isEmpty else {
      unasked.reason = "no good signature is by the domain in md="
      return
    }
    for info in usable {
      let certifiers =
        rules.trustedCertifiersOnly
        ? rules.trustedCertifiers : info.certifiers.filter { rules.trustedCertifiers.contains($0) }
      for certifier in certifiers where questions.count < Self.maximumQueries {
        guard let query = KeyQuery("\(info.domain.asciiForm)._vouch", below: certifier) else { continue }
        questions.append(Question(info: info, certifier: certifier, query: query))
      }
    }
    if questions.isEmpty { unasked.reason = "no trusted certifier is named" }
  }

  /// Returns all queries at the first call.
  mutating func nextQueries() -> [KeyQuery] {
    guard !isAsked else { return [] }
    isAsked = true
    var queries: [KeyQuery] = []
    for question in questions where !queries.contains(question.query) { queries.append(question.query) }
    return queries
  }

  mutating func supply(_ answer: KeyAnswer, for query: KeyQuery) {
    for i in questions.indices where questions[i].query == query { questions[i].answer = answer }
  }

  /// The maximum number of records to examine in a response, and the maximum length of one in bytes.
  private static let (maximumRecords, maximumLength) = (20, 512)

  /// Returns true if the certifier vouches for the type. There must be exactly one record of lower-case words; others,
  /// such as those of a wildcard, are discarded. // RFC 5518 §5
  private static func vouches(_ records: [[UInt8]], for content: VouchedContent) -> Bool {
    let valid = records.prefix(maximumRecords).filter { record in
      !record.isEmpty && record.count <= maximumLength
        && record.allSatisfy { $0 == UInt8(ascii: " ") || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
    }
    guard valid.count == 1 else { return false }
    return valid[0].split(separator: UInt8(ascii: " ")).contains { word in
      word.elementsEqual(VouchedContent.all.rawValue.utf8) || word.elementsEqual(content.rawValue.utf8)
    }
  }

  private var vouched: Question? { questions.first { $0.isVouched == true } }
  private var failed: Question? { vouched == nil ? questions.first { $0.isVouched == nil } : nil }

  /// The result code, and the reason for it. // RFC 6212
  private var outcome: (code: DKIMResultCode, reason: String?) {
    if questions.isEmpty { return (unasked.code, unasked.reason) }
    if vouched != nil { return (.pass, nil) }
    if let failed { return (.temperror, "the lookup at \(failed.certifier.asciiForm) failed") }
    return (.fail, "no trusted certifier vouches for the message")
  }

  var result: MethodResult {
    let (code, reason) = outcome
    var properties: [MethodResult.Property] = []
    if let domain = vouched?.info.domain ?? failed?.info.domain ?? questions.first?.info.domain ?? domain {
      properties.append(.init(type: .header, name: .md, value: domain.asciiForm))
    }
    if let vouched { properties.append(.init(type: .header, name: .mv, value: vouched.certifier.asciiForm)) }
    return MethodResult(method: .vbr, result: AuthenticationKeyword(code), reason: reason, properties: properties)
  }

  /// The log line about a failed lookup.
  var log: LogEvent? { failed.map { .cannotVerifyVouching($0.query.name) } }

  var step: Explanation.Step {
    let (code, reason) = outcome
    let text =
      vouched.map { "\($0.certifier.asciiForm) vouches for \($0.info.content.rawValue) of \($0.info.domain.asciiForm)" }
      ?? reason ?? ""
    let kind: Explanation.Step.Kind = code == .pass ? .applied : code == .temperror ? .failure : .notApplied
    return .init(kind, "vbr: \(code.rawValue), \(text)", setting: Self.setting)
  }
}
