@testable import DKIMCore
import Testing
import TestSupport

/// Tests with opendkim-testmsg, which runs once for each message, with a preloaded resolver.
@Suite(.enabled(if: Testmsg.isInstalled, "opendkim-testmsg is not installed: Scripts/install test"))
struct OpenDKIMTestmsgTests {
  private static let count = max(Run.count / 3, 1)
  private static let defects = KnownDefect.of(.libopendkim, .verifies) + KnownDefect.ofTestmsg

  /// It accepts messages that this library has signed.
  @Test func `accepts our signatures`() throws {
    let testmsg = try Testmsg()
    let time = InteropCase.now()
    for number in 0..<Self.count {
      let one = InteropCase.draw(number, role: .signs, defects: Self.defects, most: 1)
      let signed = try Ours.sign(one.message, one.plans, at: time)
      let verdict = try testmsg.verify(signed.bytes, keys: signed.keys)
      #expect(verdict == "", one.comment)
    }
    print("interop: seed \(Run.seed): \(Self.count) messages of ours put before opendkim-testmsg")
  }

  @Test func `refuses our signatures after tampering`() throws {
    let testmsg = try Testmsg()
    for number in 0..<10 {
      let one = InteropCase.draw(number, role: .signs, defects: Self.defects, most: 1)
      let signed = try Ours.sign(one.message, one.plans, at: InteropCase.now())
      let verdict = try testmsg.verify(Tampering.ofFrom.applied(to: signed.bytes), keys: signed.keys)
      #expect(verdict.contains("Bad signature"), one.comment)
    }
  }

  /// It signs only with rsa-sha1: its signatures are parsed, and refused only for this reason. // RFC 8301 §3.1
  @Test func `its signatures are obsolete`() async throws {
    let testmsg = try Testmsg()
    let key = InteropKey.rsa[1]
    for number in 0..<10 {
      var generator = MessageGenerator(
        SeededGenerator(seed: Run.seed &+ UInt64(number)), avoiding: Set(Shape.allCases))
      let message = generator.message()
      let signed = try testmsg.sign(message.bytes, domain: "example.org", selector: "sel", key: key)
      let results = await Ours.verify(
        signed, keys: ["sel._domainkey.example.org": key.record], at: InteropCase.now())
      #expect(results.map(\.outcome) == [.permanentFailure(.signatureField(.obsoleteAlgorithm("rsa-sha1")))])
    }
  }
}

/// Runs opendkim-testmsg.
final class Testmsg {
  static let isInstalled =
    [0, 64, 78].contains(Spawn.run(["opendkim-testmsg", "-?"])) && PeerKind.libopendkim.isInstalled

  private let folder: TemporaryFolder
  private var resolver: String { folder.file("zone.so") }

  init() throws {
    folder = try TemporaryFolder()
    try Compiler.compile(PeerKind.file("zone.c"), to: folder.file("zone.so"), flags: "-shared -fPIC")
  }

  /// Returns an empty text if it accepts the message, and otherwise its output.
  func verify(_ message: [UInt8], keys: [String: String]) throws -> String {
    let zone = keys.map { "\($0.key) \($0.value)\n" }.joined()
    try TestFile.write(Array(zone.utf8), to: folder.file("zone"))
    let (status, output) = try run(
      [], message,
      environment: [
        "LD_PRELOAD": resolver, "DKIM_INTEROP_ZONE": folder.file("zone"),
      ])
    return status == 0 ? "" : "\(status): " + String(decoding: output, as: UTF8.self)
  }

  func sign(_ message: [UInt8], domain: String, selector: String, key: InteropKey) throws -> [UInt8] {
    try TestFile.write(Array(key.key.pem.utf8), to: folder.file("key"))
    let (status, output) = try run(["-C", "-d", domain, "-s", selector, "-k", folder.file("key")], message)
    guard status == 0 else { throw PeerProcess.Failure.refused(String(decoding: output, as: UTF8.self)) }
    return output
  }

  /// Standard output and standard error are read together.
  private func run(
    _ options: [String], _ message: [UInt8], environment: [String: String] = [:]
  ) throws -> (status: Int, output: [UInt8]) {
    let shell = ["sh", "-c", "exec opendkim-testmsg -t \"$0\" \"$@\" 2>&1", folder.path]
    return try Spawn.run(shell + options, message, in: folder, environment: environment)
  }
}
