import Glibc
import TestSupport
import Testing

/// Tests the scene with a kind that is known to work, so that its results for other kinds can be trusted.
@Suite("Signing with tables in files")
struct SigningSceneTests {
  @Test
  func `file: and csl:`() async throws {
    try await SigningScene.run { scene in
      let keys = scene.folder + "/keys"
      try TestFiles.write(Array("\(scene.keyRow.name) \(scene.keyText)\n".utf8), to: keys)
      try await scene.expectSigned(
        keyTable: "file:" + keys, signingTable: "csl:\(scene.signingRow.pattern)=\(scene.signingRow.key)")
    }
  }
}
