@testable import DKIMCore
import Glibc
import Testing

/// The same tests with the command: files as input, a message as output, the verdict as exit status.
@Suite(.enabled(if: Command.isBuilt, "dkimtool is not beside the tests")) struct CommandTests {
  private static let count = 12

  @Test(.enabled(if: PeerKind.dkimpy.isInstalled, "dkimpy is not installed: Scripts/install test"))
  func dkimpy() throws { try checkBothWays(.dkimpy) }

  @Test(.enabled(if: PeerKind.mailDKIM.isInstalled, "Mail::DKIM is not installed: Scripts/install test"))
  func `mail DKIM`() throws { try checkBothWays(.mailDKIM) }

  @Test(.enabled(if: PeerKind.libopendkim.isInstalled, "libopendkim is not installed: Scripts/install test"))
  func libopendkim() throws { try checkBothWays(.libopendkim) }

  private func checkBothWays(_ kind: PeerKind) throws {
    let peer = try Peer(kind)
    let command = try Command()
    let defects = KnownDefect.of(kind, .signs) + KnownDefect.of(kind, .verifies)
    for number in 0..<Self.count {
      let one = InteropCase.draw(number, role: .signs, defects: defects, most: 1)
      let plan = one.plans[0]
      let keys = [plan.recordName: plan.key.record]
      let ours = try command.sign(one.message.bytes, plan)
      #expect(ours.suffix(one.message.bytes.count) == one.message.bytes[...], one.comment)
      #expect(try peer.verify(ours, keys: keys) == ["pass"], one.comment)
      let theirs = try peer.sign(one.message, plan, at: InteropCase.now()) + one.message.bytes
      #expect(try command.verify(theirs, keys: keys) == 0, one.comment)
      #expect(try command.verify(Tampering.ofFrom.applied(to: theirs), keys: keys) == 1, one.comment)
    }
  }
}

/// Runs dkimtool.
final class Command {
  static let isBuilt = access(path, X_OK) == 0

  /// The path, in the directory of the program that runs the tests.
  private static let path: String = {
    var link = [CChar](repeating: 0, count: Int(PATH_MAX))
    let length = readlink("/proc/self/exe", &link, link.count)
    let bytes = link.prefix(max(length, 0)).map { UInt8(bitPattern: $0) }
    let folder = bytes[..<(bytes.lastIndex(of: UInt8(ascii: "/")) ?? 0)]
    return String(decoding: folder, as: UTF8.self) + "/dkimtool"
  }()

  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  func sign(_ message: [UInt8], _ plan: SignaturePlan) throws -> [UInt8] {
    try TestFile.write(Array(plan.key.key.pem.utf8), to: folder.file("key"))
    var arguments = [
      "sign", "-d", plan.domain, "-s", plan.selector, "-k", folder.file("key"), "-c",
      plan.canonicalization.description,
    ]
    if let identity = plan.identity { arguments += ["-i", identity.description] }
    if let lifetime = plan.lifetime { arguments += ["--ttl", String(lifetime)] }
    if plan.isOversigned { arguments += ["--oversign", "From,Subject,X-Absent"] }
    let (status, output) = try Spawn.run([Self.path] + arguments, message, in: folder)
    guard status == 0 else { throw PeerProcess.Failure.gone(status: status) }
    return output
  }

  /// The exit status.
  func verify(_ message: [UInt8], keys: [String: String]) throws -> Int {
    let zone = keys.map { "\($0.key) \($0.value)\n" }.joined()
    try TestFile.write(Array(zone.utf8), to: folder.file("zone"))
    return try Spawn.run([Self.path, "verify", "--keys", folder.file("zone")], message, in: folder).status
  }
}
