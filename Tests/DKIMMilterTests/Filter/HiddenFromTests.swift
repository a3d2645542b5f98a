import DKIMConfiguration
import DKIMCore
import DKIMMilter
import Milter
import Testing

/// A From field that is visible only to programs that treat a line end within the value of another field as its end.
@Suite struct HiddenFromTests {
  private static let hidden = [
    " y\nFrom: mallory@evil.example", " y\rFrom: mallory@evil.example", " y\r\nFrom: mallory@evil.example",
    " y\n z\nfrom : mallory@evil.example", "\nFrom: mallory@evil.example", " y\r\r\nFrom: mallory@evil.example",
  ]
  private static let plain = [
    " y\n From: mallory@evil.example", " y\r\n\tFrom: b", " y\nFromage: b", " y\n", " From: b",
  ]

  @Test(arguments: hidden)
  func `is not covered`(_ value: String) async throws {
    var scene = FilterScene()
    let request = try FilterScene.request()
    try scene.publish(request)
    var mail = try FilterScene.plain.signed([request])
    mail.fields.insert(("X-Odd", value), at: 0)
    let verdict = await scene.run(mail)
    #expect(verdict.counts == [.verified(.policy)])
    #expect(verdict.results?.contains("dkim=policy reason=\"1 of 2 From fields unsigned\"") == true)
  }

  @Test(arguments: plain)
  func `an unusual value does not count as another From field`(_ value: String) async throws {
    var scene = FilterScene()
    let request = try FilterScene.request()
    try scene.publish(request)
    var mail = try FilterScene.plain.signed([request])
    mail.fields.insert(("X-Odd", value), at: 0)
    #expect(await scene.run(mail).counts == [.verified(.pass)])
  }

  @Test(arguments: hidden)
  func `a message with a hidden From field is not signed`(_ value: String) async throws {
    let scene = try await FilterScene.signing(with: try FilterScene.request())
    var mail = FilterScene.plain
    mail.fields.append(("X-Odd", value))
    let verdict = await scene.run(mail)
    #expect(verdict.edits.isEmpty)
    #expect(verdict.reply == .refuse(code: 550, enhanced: "5.7.0", text: "DKIM signing error"))
    #expect(
      verdict.lines == ["4ABCDEF: signature generation error: the message has 2 From fields; exactly one is allowed"])
  }

  @Test(arguments: plain)
  func `a message with an unusual field is signed`(_ value: String) async throws {
    let scene = try await FilterScene.signing(with: try FilterScene.request())
    var mail = FilterScene.plain
    mail.fields.append(("X-Odd", value))
    #expect(await scene.run(mail).inserted.count == 1)
  }
}
