@testable import DKIMCore

/// The library under test.
enum Ours {
  struct Signed {
    var bytes: [UInt8]
    /// The key record to publish.
    var keys: [String: String]
    var signatures: Int
  }

  static func sign(_ message: GeneratedMessage, _ plans: [SignaturePlan], at time: UInt64) throws -> Signed {
    var requests: [SigningRequest] = []
    var keys: [String: String] = [:]
    for plan in plans where keys[plan.recordName] == nil {
      keys[plan.recordName] = plan.key.record
      requests.append(try request(plan, message, at: time))
    }
    let fields = try Signer(requests).sign(message.bytes, at: Timestamp(time))
    return Signed(bytes: fields.flatMap(\.bytes) + message.bytes, keys: keys, signatures: fields.count)
  }

  static func verify(_ message: [UInt8], keys: [String: String], at time: UInt64) async -> [VerificationResult] {
    var policy = VerificationPolicy.standard
    // Text that is not covered by l= is not tested here.
    policy.unsignedBody = .accept
    let zone = InteropZone(records: keys)
    return await Verifier(policy: policy).verify(message, keys: zone, at: Timestamp(time)).results
  }

  private static func request(
    _ plan: SignaturePlan, _ message: GeneratedMessage, at time: UInt64
  ) throws -> SigningRequest {
    var request = try SigningRequest(
      domain: try DomainName(plan.domain), selector: try Selector(plan.selector), key: plan.key.key)
    request.canonicalization = plan.canonicalization
    try request.setIdentity(plan.identity)
    try request.setLifetime(plan.lifetime.map { .seconds(Int64($0)) })
    request.copiesHeaders = plan.copiesHeaders
    switch plan.names {
    case .standard: break
    case .all: request.signedHeaders = HeaderSelection(["*"])
    case .subset:
      request.signedHeaders = HeaderSelection(message.names.enumerated().filter { $0.offset % 2 == 0 }.map(\.element))
    }
    try request.setOversignedHeaders(plan.isOversigned ? ["From", "Subject", "X-Absent", "from", "X-Absent"] : [])
    if let share = plan.bodyShare {
      let length = try canonicalLength(message, request, at: time)
      // l=0 is a separate shape.
      request.bodyLength = .exactly(share == 0 ? 0 : max(min(length, 1), length * UInt64(share) / 100))
    }
    return request
  }

  /// The length of the canonical body, from the error of the signer for a larger l=.
  private static func canonicalLength(
    _ message: GeneratedMessage, _ request: SigningRequest, at time: UInt64
  ) throws -> UInt64 {
    var request = request
    request.bodyLength = .exactly(.max)
    do {
      _ = try Signer([request]).sign(message.bytes, at: Timestamp(time))
    } catch .bodyTooShort(_, let actual) {
      return actual
    }
    return 0
  }
}
