@testable import DataSetTestSupport
import Glibc
import MilterTestSupport
import TestSupport
import Testing

/// A milter whose tables are in files of databases, which change while it runs.
struct ReloadScene {
  /// Makes a table anew under a name, with one row.
  typealias Maker =
    nonisolated(nonsending) (_ files: DatabaseFiles, _ name: String, _ row: (String, String)) async throws -> Void

  let make: Maker
  /// The file of a table that a name stands for.
  var file: (String) -> String = { $0 }
  /// What a setting calls it.
  let specification: (String) -> String
  /// Whether another file counts before anybody tells of it.
  var isLive = false

  private nonisolated(nonsending) func selector(_ milter: Milter, _ number: Int) async throws -> String? {
    let outcome = try await MailSession.deliver(Mail.outgoing(number), to: milter)
    let tags = (outcome.inserted("DKIM-Signature").first ?? "").split { ";\n\t ".contains($0) }
    return tags.first { $0.hasPrefix("s=") }.map { String($0.dropFirst(2)) }
  }

  /// A changed table counts after SIGUSR1, and one that is broken leaves the old one in use.
  nonisolated(nonsending) func expectReloads() async throws {
    try await SigningScene.run { scene in
      let files = DatabaseFiles(folder: scene.folder)
      let key = scene.keyRow
      try await make(files, "keys", (key.name, scene.keyText))
      try await make(files, "signing", scene.signingRow)
      var setup = MilterSetup(
        "KeyTable \(specification(files.path("keys")))", "SigningTable \(specification(files.path("signing")))")
      setup.lines.append("DataSetCacheTTL 0")
      try await Milter.run(setup, in: scene.folder) { milter in
        #expect(try await selector(milter, 1) == "sel")
        try await make(files, "changed", (key.name, "\(key.domain):other:\(key.path)"))
        try await files.run("mv", file(files.path("changed")), file(files.path("keys")))
        #expect(try await selector(milter, 2) == (isLive ? "other" : "sel"))
        milter.process.signal(SIGUSR1)
        try await milter.waitForLog("configuration reloaded")
        #expect(try await selector(milter, 3) == "other", "\(milter.log.suffix(1000))")
        try TestFiles.write(Array("broken".utf8), to: files.path("broken"))
        try await files.run("mv", files.path("broken"), file(files.path("keys")))
        milter.process.signal(SIGUSR1)
        try await milter.waitForLog("configuration not reloaded")
        #expect(milter.log.contains(file(files.path("keys"))), "\(milter.log.suffix(1000))")
        #expect(try await selector(milter, 4) == "other", "\(milter.log.suffix(1000))")
      }
    }
  }
}
