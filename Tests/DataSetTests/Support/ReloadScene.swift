@testable import DataSetTestSupport
import Glibc
import MilterTestSupport
import TestSupport
import Testing

/// A milter whose tables are in database files that change while it runs.
struct ReloadScene {
  /// Creates a new table with one row under a name.
  typealias Maker =
    nonisolated(nonsending) (_ files: DatabaseFiles, _ name: String, _ row: (String, String)) async throws -> Void

  let make: Maker
  /// The file of the table with a name.
  var file: (String) -> String = { $0 }
  /// The table as written in a setting.
  let specification: (String) -> String
  /// Whether a replaced file is used without a reload.
  var isLive = false

  private nonisolated(nonsending) func selector(_ milter: Milter, _ number: Int) async throws -> String? {
    let outcome = try await MailSession.deliver(Mail.outgoing(number), to: milter)
    let tags = (outcome.inserted("DKIM-Signature").first ?? "").split { ";\n\t ".contains($0) }
    return tags.first { $0.hasPrefix("s=") }.map { String($0.dropFirst(2)) }
  }

  /// A changed table is used after SIGUSR1; if it is damaged, the old one stays in use.
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
