@testable import DKIMCore
import Testing

/// Fields written by libopendkim are formatted again from their tags: all line breaks have to be at the same places.
@Suite(.enabled(if: PeerKind.libopendkim.isInstalled, "libopendkim is not installed: Scripts/install test"))
struct LayoutTests {
  @Test func `lines break where libopendkim breaks them`() throws {
    let peer = try Peer(.libopendkim)
    var compared = 0
    for number in 0..<Run.count {
      let one = InteropCase.draw(number, role: .signs, defects: KnownDefect.of(.libopendkim, .signs), most: 1)
      // The layout of z= differs: libopendkim breaks lines within =XX.
      guard let plan = one.plans.first, !plan.copiesHeaders else { continue }
      let theirs = try peer.sign(one.message, plan, at: InteropCase.now())
      let rewritten = try rewrite(theirs)
      #expect(String(decoding: rewritten, as: UTF8.self) == String(decoding: theirs, as: UTF8.self), one.comment)
      compared += 1
    }
    #expect(compared > Run.count / 2)
  }

  private static let names: [StaticString] = ["v", "a", "c", "d", "s", "t", "x", "i", "bh", "l"]

  private func rewrite(_ field: [UInt8]) throws -> [UInt8] {
    let start = SignatureField.name.utf8.count + 1
    let value = String(decoding: field[start...].filter { !ASCII.isFWS($0) }, as: UTF8.self)
    var writer = SignatureWriter()
    for tag in value.split(separator: ";") {
      let parts = tag.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      let text = try #require(parts.last)
      switch parts[0] {
      case "h":
        var names = ByteList()
        for name in text.split(separator: ":", omittingEmptySubsequences: false) {
          names.append(Array(name.utf8).span)
        }
        writer.names(names)
      case "b":
        writer.beginSignature()
        writer.signature(Array(text.utf8))
      default: writer.tag(try #require(Self.names.first { "\($0)" == parts[0] }), text)
      }
    }
    return SignatureField(value: writer.value).bytes
  }
}
