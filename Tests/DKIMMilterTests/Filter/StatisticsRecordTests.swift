import DKIMConfiguration
import DKIMCore
import Testing

@testable import DKIMMilter

/// Records of `Statistics`. The expected numbers are those that Debian's opendkim 2.11.0~beta2 writes for the same
/// faults, unless a comment says otherwise.
@Suite struct StatisticsRecordTests {
  /// A scene with a good signature of example.com.
  private func signed(
    flags: String = "", at time: Timestamp = FilterScene.time,
    _ change: (inout SigningRequest) throws -> Void = { _ in }
  ) throws -> (scene: FilterScene, mail: FilterScene.Mail) {
    var scene = FilterScene()
    scene.configuration.statistics.file = "/var/lib/stats"
    scene.configuration.statistics.name = "mx.example.org"
    var request = try FilterScene.request(type: .rsa)
    try change(&request)
    try scene.publish(request, flags: flags)
    return (scene, try FilterScene.plain.signed([request], at: time))
  }

  /// The `S` lines of a message.
  private func signatures(_ scene: FilterScene, _ mail: FilterScene.Mail) async throws -> [String] {
    let lines = try #require(await scene.run(mail).statistics).text.split(separator: "\n").map(String.init)
    #expect(lines.first?.hasPrefix("M") == true)
    return Array(lines.dropFirst())
  }

  @Test func `a record has the message and its signature`() async throws {
    let (scene, mail) = try signed()
    let verdict = await scene.run(mail)
    // The canonical body is "Hello" and a line ending.
    #expect(
      verdict.statistics?.text
        == "M4ABCDEF\tmx.example.org\texample.com\t198.51.100.66\t1780000000\t7\t1\t-1\t-1\n"
        + "Sexample.com\t1\t0\t-1\t0\t1\n")
    #expect(
      verdict.explanation.steps.contains {
        $0.text == "the result is recorded in /var/lib/stats" && $0.setting == "Statistics"
      })
  }

  @Test func `without the setting, nothing is recorded`() async throws {
    var (scene, mail) = try signed()
    scene.configuration.statistics.file = nil
    let verdict = await scene.run(mail)
    #expect(verdict.statistics == nil)
    #expect(!verdict.explanation.steps.contains { $0.setting == "Statistics" })
  }

  @Test func `mail that is unsigned, without a sender or not verified`() async throws {
    var (scene, _) = try signed()
    #expect(
      await scene.run(FilterScene.plain).statistics?.text
        == "M4ABCDEF\tmx.example.org\texample.com\t198.51.100.66\t1780000000\t0\t0\t-1\t-1\n")
    var mail = FilterScene.plain
    mail.fields.removeFirst()
    #expect(await scene.run(mail).statistics == nil)
    scene.configuration.origin.exemptDomains = try await Lists.members("example.com")
    #expect(await scene.run(FilterScene.plain).statistics == nil)
  }

  @Test func `what was changed`() async throws {
    var (scene, mail) = try signed()
    var changed = mail
    changed.body = "Hallo\r\n"
    #expect(try await signatures(scene, changed) == ["Sexample.com\t1\t1\t-1\t28\t1"])
    changed = mail
    changed.fields[3].value = " Hello"
    #expect(changed.fields[3].name == "Subject")
    #expect(try await signatures(scene, changed) == ["Sexample.com\t0\t0\t-1\t28\t1"])
    scene.configuration.verification.mustBeSigned = [HeaderFieldName("X-Must")]
    mail.fields.append((name: "X-Must", value: " a"))
    #expect(try await signatures(scene, mail) == ["Sexample.com\t1\t0\t-1\t34\t1"])
  }

  @Test(
    arguments: [
      ("v=DKIM2;", 35), ("k=foo;", 41), ("h=sha1;", 37), ("h=foo;", 36), ("s=tlsrpt;", 38), ("p=;", 42),
      ("p=AAAA;", 43),
    ])
  func `keys that do not fit`(tag: String, error: Int) async throws {
    var (scene, mail) = try signed()
    let name = "sel._domainkey.example.com"
    guard case .records(let records, _) = scene.answers[name], let record = records.first else {
      Issue.record("no key was published")
      return
    }
    let kept = String(decoding: record, as: UTF8.self).split(separator: ";").map { $0.drop { $0 == " " } }
      .filter { $0.prefix { $0 != "=" } != tag.prefix { $0 != "=" } }.map(String.init)
    let isVersion = tag.hasPrefix("v=")
    let text = (isVersion ? [tag] : []) + kept.map { $0 + ";" } + (isVersion ? [] : [tag])
    scene.answers[name] = .records([Array(text.joined(separator: " ").utf8)], secure: false)
    let lines = try await signatures(scene, mail)
    #expect(lines.count == 1)
    #expect(
      lines.first?.split(separator: "\t").map(String.init).dropLast() == ["Sexample.com", "0", "0", "-1", "\(error)"])
    scene.answers = [:]
    let missing = try await signatures(scene, mail)
    #expect(missing.first?.hasPrefix("Sexample.com\t0\t0\t-1\t22\t") == true, "\(missing)")
  }

  @Test(
    arguments: [
      ("v=1", "v=2", 1), ("a=rsa-sha256", "a=rsa-sha512", 10), ("c=relaxed/relaxed", "c=foo/simple", 7),
      ("c=relaxed/relaxed", "c=simple/foo", 8), ("d=example.com;", "d=example.com; q=foo/bar;", 13),
      ("d=example.com;", "d=example.com; i=a@other.example;", 2),
    ])
  func `tags that do not fit`(tag: String, other: String, error: Int) async throws {
    var (scene, mail) = try signed { $0.canonicalization = .relaxed }
    #expect(mail.fields[0].value.contains(tag))
    mail.fields[0].value = mail.fields[0].value.replacing(tag, with: other)
    #expect(try await signatures(scene, mail) == ["Sexample.com\t0\t0\t0\t\(error)\t-1"])
    // OpenDKIM does not record messages with a field that has no d= or is not a list of tags.
    mail.fields[0].value = " v=1; =x"
    #expect(try await signatures(scene, mail) == [])
  }

  /// OpenDKIM does not evaluate the signatures, so it writes 0 instead of the length.
  @Test func `signatures at the wrong time`() async throws {
    let early = Timestamp(FilterScene.time.seconds - 90_000)
    let (expired, old) = try signed(at: early) { try $0.setLifetime(.seconds(3600)) }
    #expect(try await signatures(expired, old) == ["Sexample.com\t0\t0\t-1\t3\t1"])
    let (future, new) = try signed(at: Timestamp(FilterScene.time.seconds + 90_000))
    #expect(try await signatures(future, new) == ["Sexample.com\t0\t0\t-1\t4\t1"])
  }

  @Test func `signatures with a length`() async throws {
    var (scene, mail) = try signed { $0.bodyLength = .exactly(5) }
    scene.configuration.openDKIMCompatibility = [.ignoreMinimum]
    mail.body += "appended\r\n"
    let text = try #require(await scene.run(mail).statistics).text
    #expect(text.contains("\t5\t1\t-1\t-1\nSexample.com\t1\t0\t5\t0\t1\n"), "\(text)")
    mail.body = "He"
    #expect(try await signatures(scene, mail) == ["Sexample.com\t0\t0\t5\t33\t1"])
    // The policy of this host does not accept unsigned text, which OpenDKIM does.
    scene.configuration.openDKIMCompatibility = []
    mail.body = "Hello\r\nappended\r\n"
    #expect(try await signatures(scene, mail) == ["Sexample.com\t0\t0\t5\t0\t1"])
  }

  @Test func `signatures that are ignored are only counted`() async throws {
    let (first, second) = (try FilterScene.request("one.example"), try FilterScene.request("two.example"))
    var scene = FilterScene()
    scene.configuration.statistics.file = "/var/lib/stats"
    scene.configuration.verification.policy.maximumSignatures = 1
    try scene.publish(first)
    try scene.publish(second)
    let text = try #require(await scene.run(try FilterScene.plain.signed([first, second])).statistics).text
    #expect(
      text.hasPrefix("M4ABCDEF\thost.example.org\texample.com\t198.51.100.66\t1780000000\t7\t2\t-1\t-1\nSone.example\t")
    )
    #expect(text.split(separator: "\n").count == 2)
  }

  @Test func `a prefix hides domains and addresses`() async throws {
    var (scene, mail) = try signed()
    scene.configuration.statistics.prefix = "salt"
    let fields = try #require(await scene.run(mail).statistics).text.split { $0 == "\t" || $0 == "\n" }.map(String.init)
    // printf saltexample.com | sha256sum
    let domain = "1853bf0469d93a17777d47df199584a87c7ae1c123528988e153829ccbd7121e"
    // printf salt198.51.100.66 | sha256sum
    let address = "afd0b3761667a6afcfb3ff00edd87eaffbc7e0958918827e9b72313f5ad01ae6"
    #expect(fields.prefix(4) == ["M4ABCDEF", "mx.example.org", domain, address])
    #expect(fields.contains("S" + domain))
    mail.fields[1].value = mail.fields[1].value.replacing("@example.com", with: "@Example.COM")
    #expect(mail.fields[1].name == "From")
    #expect(await scene.run(mail).statistics?.text.contains("\t" + domain + "\t") == true)
  }

  @Test func `a queue ID cannot break the format`() async throws {
    var (scene, mail) = try signed()
    scene.macros["i"] = "4A\tB\nS'x\u{E9}" + String(repeating: "1", count: 100)
    let text = try #require(await scene.run(mail).statistics).text
    #expect(text.hasPrefix("M4A?B?S?x??" + String(repeating: "1", count: 54) + "\tmx.example.org\t"))
    scene.macros["i"] = nil
    mail = FilterScene.plain
    #expect(await scene.run(mail).statistics?.text.hasPrefix("M(unknown-jobid)\t") == true)
  }
}
