import TestSupport

@testable import DKIMCore

/// The options for signing a message, chosen before the message, which then avoids incompatible shapes.
struct SignaturePlan: Sendable {
  enum Names: Sendable, CaseIterable { case standard, all, subset }

  var key: InteropKey
  var canonicalization: Canonicalization
  var domain: String
  var selector: String
  var identity: Identity?
  var names = Names.standard
  var isOversigned = false
  var lifetime: UInt64?
  /// The signed part of the canonical body, in percent.
  var bodyShare: Int?
  var copiesHeaders = false
  var shapes: Set<Shape>

  static let domains = ["example.org", "mail.example.org", "EXAMPLE.org", "x.example", "a-b.sub.example.org"]
  static let selectors =
    ["s", "sel", "Sel2026", "a.b", "2026-11._x"] + (1...60).map { String(repeating: "k", count: $0) }

  var request: [[UInt8]] {
    [
      "a", key.algorithm, "c", canonicalization.description, "d", domain, "s", selector, "key", key.key.pem,
    ].map { Array($0.utf8) }
  }

  /// The name that the key has to be published at.
  var recordName: String { "\(selector)._domainkey.\(domain)".lowercased() }
}

extension SignaturePlan {
  /// Returns a plan without the defects that depend only on the plan.
  static func draw(
    _ random: inout SeededGenerator, role: KnownDefect.Role, avoiding defects: [KnownDefect]
  ) -> SignaturePlan {
    while true {
      let plan = draw(&random, role: role)
      if !defects.contains(where: { $0.shapes.isSubset(of: plan.shapes) }) { return plan }
    }
  }

  private static func draw(_ random: inout SeededGenerator, role: KnownDefect.Role) -> SignaturePlan {
    let isEd25519 = random.oneIn(3)
    // Keys of 4096 bits are slow, and test only the folding of b= in addition to those of 2048.
    let rsa = InteropKey.rsa[random.oneIn(10) ? 2 : random.number(0...1)]
    let algorithms = CanonicalizationAlgorithm.allCases
    let canonicalization = Canonicalization(header: random.pick(algorithms), body: random.pick(algorithms))
    var plan = SignaturePlan(
      key: isEd25519 ? InteropKey.ed25519[0] : rsa, canonicalization: canonicalization,
      domain: random.pick(domains), selector: random.pick(selectors), shapes: [isEd25519 ? .ed25519 : .rsa])
    plan.shapes.insert(canonicalization.header == .simple ? .simpleHeader : .relaxedHeader)
    plan.shapes.insert(canonicalization.body == .simple ? .simpleBody : .relaxedBody)
    plan.names = random.pick(Names.allCases)
    plan.addOptions(&random)
    return plan
  }

  private mutating func addOptions(_ random: inout SeededGenerator) {
    if random.oneIn(3) {
      isOversigned = true
      shapes.insert(.oversigned)
    }
    if random.oneIn(5) { setIdentity(&random) }
    if random.oneIn(4) {
      lifetime = UInt64(random.number(600...1_000_000))
      shapes.insert(.expiration)
    }
    if random.oneIn(6) {
      let share = random.pick([0, 1, 50, 99, 100])
      bodyShare = share
      shapes.formUnion(share == 0 ? [.bodyLength, .bodyLengthZero] : [.bodyLength])
    }
    if random.oneIn(8) {
      copiesHeaders = true
      shapes.insert(.copiedHeaders)
    }
  }

  private mutating func setIdentity(_ random: inout SeededGenerator) {
    let locals = ["", "alice", "alice+tag", "a=b", "a b", "a;b", "\"x y\"", "\"a@b\"", "grün", "üñ;=x"]
    let local = random.pick(locals)
    let inside = random.oneIn(2) ? domain : "sub." + domain
    guard let identityDomain = try? DomainName(inside) else { return }
    identity = Identity(localPart: local, domain: identityDomain)
    shapes.insert(.identity)
    if local.utf8.contains(where: { " ;=".utf8.contains($0) }) { shapes.insert(.encodedIdentity) }
    if local.hasPrefix("\"") && local.contains("@") { shapes.insert(.quotedIdentity) }
    if local.utf8.contains(where: { $0 > 0x7F }) { shapes.insert(.utf8Identity) }
  }
}
