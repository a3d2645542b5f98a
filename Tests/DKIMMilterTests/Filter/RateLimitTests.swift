import DKIMConfiguration
import DKIMCore
import Milter
import Testing

@testable import DKIMMilter

@Suite struct RateLimitTests {
  private static let deferred = MilterReply.tempfail("rate limit exceeded")

  /// A scene with a good signature of example.com and these limits.
  private func scene(_ limits: [(key: String, value: String)]) throws -> (scene: FilterScene, mail: FilterScene.Mail) {
    var scene = FilterScene()
    scene.configuration.rates.limits = RateLimitTable(Lists.Rows(rows: limits))
    let request = try FilterScene.request()
    try scene.publish(request)
    return (scene, try FilterScene.plain.signed([request]))
  }

  private func policy(_ scene: FilterScene, _ rates: RateCounters = RateCounters()) -> MailPolicy {
    MailPolicy(scene.configuration, hostName: "host.example.org", rates: rates)
  }

  /// The replies to the same message, sent `count` times.
  private func replies(_ scene: FilterScene, _ mail: FilterScene.Mail, _ count: Int) async -> [MilterReply] {
    let policy = policy(scene)
    var replies: [MilterReply] = []
    for _ in 0..<count { replies.append(await scene.run(mail, policy).reply) }
    return replies
  }

  @Test func `messages of a domain are deferred after as many as the limit`() async throws {
    let (scene, mail) = try scene([("example.com", "2")])
    let policy = policy(scene)
    for _ in 0..<2 {
      let verdict = await scene.run(mail, policy)
      #expect(verdict.reply == .accept)
      #expect(verdict.explanation.steps.contains { $0.text == "the message counts for the limit of 'example.com'" })
    }
    let verdict = await scene.run(mail, policy)
    #expect(verdict.reply == Self.deferred)
    #expect(verdict.lines.contains("4ABCDEF: rate limit for 'example.com' (2) exceeded"))
    let steps = verdict.explanation.steps.filter { $0.setting == "RateLimits" }
    #expect(
      steps.map(\.line) == [
        "mail with a valid signature of example.com: at most 2 messages within 86400 s (RateLimits, table:1)",
        "rate limit for 'example.com' (2) exceeded: deferred (RateLimits, table:1)",
      ])
    // Other mail has no limit, and a reload keeps the counters.
    #expect(await scene.run(FilterScene.plain, policy).reply == .accept)
    #expect(await scene.run(mail, self.policy(scene, policy.rates)).reply == Self.deferred)
    #expect(await scene.run(mail, self.policy(scene)).reply == .accept)
  }

  @Test func `without the setting, there is no limit`() async throws {
    var (scene, mail) = try scene([])
    scene.configuration.rates.limits = nil
    #expect(await replies(scene, mail, 3) == [.accept, .accept, .accept])
    let verdict = await scene.run(mail)
    #expect(!verdict.explanation.steps.contains { $0.setting == "RateLimits" })
  }

  @Test func `a factor divides the limits`() async throws {
    var (scene, mail) = try scene([("example.com", "5")])
    scene.configuration.rates.factor = 3
    #expect(await replies(scene, mail, 2) == [.accept, Self.deferred])
  }

  @Test func `a bad signature counts as none`() async throws {
    var (scene, mail) = try scene([("example.com", "1"), (".", "2")])
    var changed = mail
    changed.fields[3].value = " Another subject"
    let policy = policy(scene)
    #expect(await scene.run(changed, policy).reply == .accept)
    #expect(await scene.run(FilterScene.plain, policy).reply == .accept)
    let verdict = await scene.run(changed, policy)
    #expect(verdict.reply == Self.deferred)
    #expect(verdict.lines.contains("4ABCDEF: rate limit for unsigned mail (2) exceeded"))
    // This did not use up the limit of the domain.
    #expect(await scene.run(mail, policy).reply == .accept)
    // A message without a sender does not evade the limit.
    mail = FilterScene.plain
    mail.fields.removeFirst()
    #expect(await scene.run(mail, policy).reply == Self.deferred)
    scene.client = FilterScene.inside
    #expect(await scene.run(FilterScene.plain, policy).reply == .accept)
  }

  @Test func `only messages that are accepted count`() async throws {
    var (scene, mail) = try scene([(".", "1")])
    scene.configuration.actions.badSignature = .reject
    mail.body += "changed\r\n"
    let policy = policy(scene)
    for _ in 0..<3 { #expect(await scene.run(mail, policy).reply == .reject("bad DKIM signature data")) }
    #expect(await scene.run(FilterScene.plain, policy).reply == .accept)
    #expect(await scene.run(FilterScene.plain, policy).reply == Self.deferred)
  }

  @Test func `a message counts once for each domain, and for all or none`() async throws {
    let requests = [
      try FilterScene.request("one.example", "a"), try FilterScene.request("one.example", "b"),
      try FilterScene.request("two.example"),
    ]
    var (scene, _) = try scene([("one.example", "2"), ("two.example", "1")])
    for request in requests { try scene.publish(request) }
    let both = try FilterScene.plain.signed(requests)
    let one = try FilterScene.plain.signed([requests[0]])
    let policy = policy(scene)
    #expect(await scene.run(both, policy).reply == .accept)
    #expect(await scene.run(both, policy).reply == Self.deferred)
    #expect(await scene.run(one, policy).reply == .accept)
    #expect(await scene.run(one, policy).reply == Self.deferred)
  }

  @Test func `a table that cannot be read, or a row without a number`() async throws {
    var (scene, mail) = try scene([("example.com", "many")])
    let verdict = await scene.run(mail)
    #expect(verdict.reply == .tempfail)
    #expect(verdict.lines.contains { $0.contains("has no number of messages") }, "\(verdict.lines)")
    scene.configuration.rates.limits = RateLimitTable(Lists.Broken())
    #expect(await scene.run(mail).reply == .tempfail)
    scene.configuration.actions.internalError = .accept
    #expect(await scene.run(mail).reply == .accept)
  }

  @Test func `a period begins with its first message`() {
    let limit = RateLimitTable.Limit(domain: "a", maximum: 2, row: DataSetRow(key: "a", value: nil, location: nil))
    let counters = RateCounters()
    func isReached(at seconds: UInt64) -> Bool {
      !counters.count([limit], maximum: \.maximum, at: Timestamp(seconds), within: 60).isEmpty
    }
    #expect(!isReached(at: 1000))
    #expect(!isReached(at: 1059))
    #expect(isReached(at: 1059))
    #expect(!isReached(at: 1060))
    #expect(!isReached(at: 1061))
    #expect(isReached(at: 1119))
    // The clock was set back.
    #expect(!isReached(at: 500))
    #expect(counters.count([], maximum: \.maximum, at: Timestamp(500), within: 60).isEmpty)
  }

  @Test func `internal mail without a readable sender has no limit`() async throws {
    var (scene, _) = try scene([(".", "1")])
    var mail = FilterScene.plain
    mail.fields[0].value = " root (Cron Daemon)"
    #expect(await replies(scene, mail, 3) == [.accept, Self.deferred, Self.deferred])
    scene.client = FilterScene.inside
    #expect(await replies(scene, mail, 3) == [.accept, .accept, .accept])
  }

  @Test func `a signature of a domain that is testing counts as none`() async throws {
    var (scene, _) = try scene([(".", "1")])
    let request = try FilterScene.request("example.com", "test")
    try scene.publish(request, flags: "t=y;")
    #expect(await replies(scene, try FilterScene.plain.signed([request]), 2) == [.accept, Self.deferred])
  }
}
