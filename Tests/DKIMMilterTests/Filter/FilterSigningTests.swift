import DKIMConfiguration
import DKIMCore
import DKIMMilter
import Milter
import NIOCore
import Testing

@Suite struct FilterSigningTests {
  /// Verifies the message with the fields inserted at the top.
  private func verify(_ verdict: Verdict, _ mail: FilterScene.Mail, _ requests: [SigningRequest]) async throws
    -> [String]
  {
    var signed = mail
    for edit in verdict.edits {
      if case .insertHeader(_, let name, let value) = edit {
        signed.fields.insert((name, " " + String(decoding: value, as: UTF8.self)), at: 0)
      }
    }
    var records: [String: KeyAnswer] = [:]
    for request in requests {
      let name = "\(request.selector.asciiForm)._domainkey.\(request.domain.asciiForm)"
      records[name] = .records([Array(try PublishableKeyRecord(request.key).text.utf8)], secure: false)
    }
    let verifier = Verifier(policy: .tolerant)
    return await verifier.verify(signed.bytes, keys: Records(records: records), at: FilterScene.time).results.map {
      $0.code.rawValue
    }
  }

  private struct Records: PublicKeySource {
    let records: [String: KeyAnswer]
    func answer(_ query: KeyQuery) async -> KeyAnswer { records[query.name] ?? .noSuchName(secure: false) }
  }

  @Test func `one key signs mail from inside`() async throws {
    let request = try FilterScene.request()
    var scene = try await FilterScene.signing(with: request)
    scene.configuration.log.syslogSuccess = true
    let verdict = await scene.run(FilterScene.plain)
    #expect(verdict.reply == .accept)
    #expect(verdict.inserted.count == 1)
    #expect(
      verdict.inserted.first?.hasPrefix(
        "DKIM-Signature: v=1; a=ed25519-sha256; c=simple/simple; d=example.com;\n\ts=sel; t=1780000000;\n\tbh=") == true
    )
    #expect(verdict.lines == ["4ABCDEF: DKIM-Signature field added (s=sel, d=example.com)"])
    #expect(verdict.counts == [.signed(.ed25519)])
    #expect(try await verify(verdict, FilterScene.plain, [request]) == ["pass"])
  }

  @Test func `without leading spaces, the MTA adds one`() async throws {
    let request = try FilterScene.request()
    var scene = try await FilterScene.signing(with: request)
    scene.leadingSpace = false
    let verdict = await scene.run(FilterScene.plain)
    #expect(verdict.inserted.first?.hasPrefix("DKIM-Signature: v=1;") == true)
    #expect(try await verify(verdict, FilterScene.plain, [request]) == ["pass"])
    let sent = try Self.sent(verdict, [])
    #expect(sent.hasPrefix("i\0\0\0\0DKIM-Signature\0v=1; a="))
    #expect(!sent.contains { $0 == "\r" || $0 == "\r\n" } && sent.contains("\n\ts=sel;"))
    let sentWithSpace = try Self.sent(verdict, .headerLeadingSpace)
    #expect(sentWithSpace == sent.replacing("Signature\0v=1;", with: "Signature\0 v=1;"))
  }

  /// Returns the first packet that a session writes for the verdict, without its length.
  private static func sent(_ verdict: Verdict, _ options: MilterProtocolOptions) throws -> String {
    var session = MilterSession()
    var out = ByteBuffer()
    let offer = ByteBuffer(integer: 6 as UInt32).with(MilterActions.all.rawValue, MilterProtocolOptions.all.rawValue)
    _ = try session.receive(MilterFrame(.negotiate, payload: offer))
    _ = try session.agree(to: MilterRequirements(requiredActions: .addHeaders, protocolOptions: options), into: &out)
    for (command, payload) in [
      (MilterCommand.connect, "localhost\0U"), (.mail, "<a@example.com>\0"), (.endOfHeader, ""), (.endOfMessage, ""),
    ] {
      _ = try session.receive(MilterFrame(command, payload: ByteBuffer(string: payload)))
      out.clear()
      try session.answer(command == .endOfMessage ? verdict.response : .continue, into: &out)
    }
    let length = out.readInteger(as: UInt32.self) ?? 0
    return out.readString(length: Int(length)) ?? ""
  }

  @Test func `all rows that match sign with any number of keys and both algorithms`() async throws {
    let requests = [
      try FilterScene.request("example.com", "a"), try FilterScene.request("example.com", "b", type: .rsa),
      try FilterScene.request("example.com", "c"), try FilterScene.request("example.com", "d"),
    ]
    var scene = FilterScene.signing(
      table: [
        ("alice@example.com", "ka"), ("example.com", "kb"), (".com", "kc"), ("*", "kd"),
      ], keys: zip(["ka", "kb", "kc", "kd"], requests).map { ($0, "example.com", $1) })
    scene.configuration.signing.multipleSignatures = true
    let verdict = await scene.run(FilterScene.plain)
    #expect(verdict.inserted.count == 4)
    #expect(try await verify(verdict, FilterScene.plain, requests) == ["pass", "pass", "pass", "pass"])
    scene.configuration.signing.multipleSignatures = false
    #expect(await scene.run(FilterScene.plain).inserted.count == 1)
  }

  @Test func `a signer without mailbox means the whole domain`() async throws {
    let scene = FilterScene.signing(
      table: [("example.com", "k1:%")], keys: [("k1", "example.com", try FilterScene.request())])
    let verdict = await scene.run(FilterScene.plain)
    #expect(verdict.inserted.first?.contains("i=@example.com") == true)
  }

  @Test func `an identity outside the domain is omitted and reported`() async throws {
    let scene = FilterScene.signing(
      table: [("example.com", "k1:bob@other.example")], keys: [("k1", "example.com", try FilterScene.request())])
    let verdict = await scene.run(FilterScene.plain)
    #expect(verdict.inserted.first?.contains("i=") == false)
    #expect(verdict.lines == ["4ABCDEF: i=bob@other.example is not within d=example.com; signing without i="])
  }

  @Test func `with SubDomains, the parent domain signs`() async throws {
    let scene = try await FilterScene.signing(with: try FilterScene.request(), subDomains: true)
    var mail = FilterScene.plain
    mail.fields[0].value = " alice@deep.sub.example.com"
    let verdict = await scene.run(mail)
    #expect(verdict.inserted.first?.contains("d=example.com") == true)
    #expect(verdict.inserted.first?.contains("i=@example.com") == true)
  }

  @Test func `a signature that cannot be requested is a signing error unless the recipient is exempt`() async throws {
    var scene = try await FilterScene.signing(with: try FilterScene.request())
    scene.configuration.signing.oversignHeaders = ["X;Y"]
    let verdict = await scene.run(FilterScene.plain)
    #expect(verdict.edits.isEmpty)
    #expect(verdict.reply == .refuse(code: 550, enhanced: "5.7.0", text: "DKIM signing error"))
    #expect(verdict.counts == [.signingFailed])
    scene.configuration.origin.dontSignMailTo = try await Lists.members("bob@example.net")
    #expect(await scene.run(FilterScene.plain).counts == [.leftAlone])
  }

  @Test func `all tags that settings request`() async throws {
    var scene = try await FilterScene.signing(with: try FilterScene.request())
    scene.configuration.signing.signatureTTL = .seconds(86_400)
    scene.configuration.signing.requestReports = true
    scene.configuration.signing.diagnostics = true
    scene.configuration.signing.maximumSignedBytes = 4
    scene.configuration.signing.oversignHeaders = ["From"]
    scene.configuration.results.softwareHeader = true
    let verdict = await scene.run(FilterScene.plain)
    let field = try #require(verdict.inserted.first).replacing("\n\t ", with: "")
    for tag in ["x=1780086400", "r=y", "l=4", "h=From:To:Subject:Date:From", "z=From:"] {
      #expect(field.contains(tag), "\(tag)")
    }
    #expect(verdict.explanation.description.contains("at most 4 bytes of the body are signed"))
    #expect(verdict.inserted.last == "DKIM-Filter: dkim-milter v\(Product.version) mx.example.org 4ABCDEF")
  }

  @Test func `BodyLengthDB signs the whole body with its length`() async throws {
    let request = try FilterScene.request()
    var scene = try await FilterScene.signing(with: request)
    scene.configuration.signing.bodyLengthDB = try await Lists.members("*@example.net")
    let verdict = await scene.run(FilterScene.plain)
    #expect(verdict.inserted.first?.contains("l=7;") == true)
    #expect(verdict.lines == ["4ABCDEF: BodyLengthDB matched bob@example.net, signing with l= requested"])
    #expect(try await verify(verdict, FilterScene.plain, [request]) == ["pass"])
  }

  @Test func `mail to certain recipients is not signed`() async throws {
    var scene = try await FilterScene.signing(with: try FilterScene.request())
    scene.configuration.origin.dontSignMailTo = try await Lists.members("bob@example.net")
    let verdict = await scene.run(FilterScene.plain)
    #expect(verdict.edits.isEmpty)
    #expect(verdict.reply == .accept)
    #expect(verdict.lines == ["4ABCDEF: skipping signing of mail to 'bob@example.net'"])
  }

  @Test func `old signatures are removed from the last to the first`() async throws {
    let request = try FilterScene.request()
    var scene = try await FilterScene.signing(with: request)
    scene.configuration.signing.removeOldSignatures = true
    let mail = try FilterScene.plain.signed([request, request])
    let verdict = await scene.run(mail)
    #expect(verdict.deleted("DKIM-Signature") == [2, 1])
    #expect(verdict.inserted.count == 1)
  }

  @Test func `lone line endings are normalized before signing`() async throws {
    let request = try FilterScene.request()
    var scene = try await FilterScene.signing(with: request)
    scene.configuration.signing.fixCRLF = true
    var mail = FilterScene.plain
    mail.body = "a\nb\rc\r\nd\r\r\ne"
    let verdict = await scene.run(mail)
    mail.body = "a\r\nb\r\nc\r\nd\r\n\r\ne\r\n"
    #expect(try await verify(verdict, mail, [request]) == ["pass"])
  }

  @Test func `large keys are worth a thread`() async throws {
    let policy = MailPolicy(Configuration(), hostName: "h")
    var message = policy.message(from: FilterScene.inside)
    message.header(name: Array("From".utf8).span, value: Array(" a@example.com".utf8).span)
    _ = message.begin(Decision(.sign([try FilterScene.request()])), at: FilterScene.time)
    let small = message.finishTakesLong
    #expect(!small)
    var other = policy.message(from: FilterScene.inside)
    other.header(name: Array("From".utf8).span, value: Array(" a@example.com".utf8).span)
    _ = other.begin(Decision(.sign([try FilterScene.request(type: .rsa, bits: 3072)])), at: FilterScene.time)
    let large = other.finishTakesLong
    #expect(large)
  }
}

extension ByteBuffer {
  /// The buffer with numbers after its bytes.
  fileprivate func with(_ numbers: UInt32...) -> ByteBuffer {
    var buffer = self
    for number in numbers { buffer.writeInteger(number) }
    return buffer
  }
}
