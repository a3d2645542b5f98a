import DKIMConfiguration
import DKIMCore
import DKIMMilter
import Milter
import Testing

/// Input that clients make too large is reported briefly, and never causes internal mail to leave unsigned.
@Suite struct FilterBoundTests {
  private func signed(times count: Int) throws -> (scene: FilterScene, mail: FilterScene.Mail) {
    var scene = FilterScene()
    scene.configuration.verification.policy.maximumSignatures = 3
    let request = try FilterScene.request()
    try scene.publish(request)
    var mail = try FilterScene.plain.signed([request])
    mail.fields.insert(contentsOf: Array(repeating: mail.fields[0], count: count - 1), at: 0)
    return (scene, mail)
  }

  @Test func `a few signatures that are not evaluated are reported one by one`() async throws {
    let (scene, mail) = try signed(times: 5)
    let verdict = await scene.run(mail)
    #expect(verdict.results?.ranges(of: "dkim=policy").count == 2)
  }

  @Test func `many signatures that are not looked at are counted`() async throws {
    let (scene, mail) = try signed(times: 200)
    let verdict = await scene.run(mail)
    let results = try #require(verdict.results)
    #expect(results.ranges(of: "dkim=pass").count == 3)
    #expect(results.ranges(of: "dkim=policy").count == 1)
    #expect(results.contains("197 more signatures"))
    #expect(results.utf8.count < 2000)
    #expect(verdict.lines.contains("4ABCDEF: ignoring 197 signatures"))
  }

  /// Hundreds of lookups, each within its own time limit, do not run one after another without an overall limit.
  @Test func `a decision that is given up is a temporary failure`() async throws {
    var scene = try await FilterScene.signing(with: try FilterScene.request())
    let slow = Lists.Slow()
    scene.configuration.origin.internalHosts = HostList(slow)
    let policy = MailPolicy(scene.configuration, hostName: "host.example.org")
    var message = policy.message(from: scene.client)
    scene.fill(&message, FilterScene.plain)
    let facts = message.facts
    let task = Task { await policy.decide(facts) }
    try await Task.sleep(for: .milliseconds(100))
    task.cancel()
    let asked = slow.questions.load(ordering: .relaxed)
    let decision = await task.value
    #expect(slow.questions.load(ordering: .relaxed) <= asked + 2)
    guard case .act(.tempfail, .internal) = decision.action else {
      Issue.record("\(decision.action)")
      return
    }
    #expect(decision.log.contains { $0.text.contains("exceeded the time limit") })
  }

  @Test func `internal mail whose sender is beyond the header limit is not sent unsigned`() async throws {
    var scene = try await FilterScene.signing(with: try FilterScene.request())
    scene.configuration.limits.maximumHeaders = 1000
    scene.configuration.actions.security = .accept
    var mail = FilterScene.plain
    mail.fields.insert(("X-Large", " " + String(repeating: "x", count: 2000)), at: 0)
    #expect(await scene.run(mail).reply != .accept)
    // Mail from an external client is not internal, whatever it contains.
    scene.client = FilterScene().client
    let verdict = await scene.run(mail)
    #expect(verdict.reply == .accept && verdict.edits.allSatisfy { !$0.isSignature })
  }
}

extension MilterModification {
  fileprivate var isSignature: Bool {
    if case .insertHeader(_, SignatureField.name, _) = self { true } else { false }
  }
}
