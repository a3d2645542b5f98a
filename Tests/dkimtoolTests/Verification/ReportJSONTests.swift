import DKIMCore
import DKIMDNS
import Foundation
import TestSupport
import Testing

/// The output of `dkimtool verify --json` is the coding of the library.
@Suite("Reports as JSON")
struct ReportJSONTests {
  @Test
  func `the JSON of dkimtool is decoded to the report of the library`() async throws {
    let folder = try ToolFolder()
    for name in ["rsa2048.pem", "ed25519.pem"] {
      let path = TestFiles.package.appending("Tests/Vectors/keys/\(name)").string
      try folder.write(name, try TestFiles.read(path), mode: .ownerReadWrite)
    }
    let keys = try TestFiles.read(TestFiles.package.appending("Tests/Transcripts/files/keys.txt").string)
    try folder.write("keys.txt", keys)
    let script = """
      printf 'From: Alice <alice@example.com>\\nSubject: Hi\\n\\nHello\\nBob\\n' > m.eml
      dkimtool sign -d example.com -s rsa -k rsa2048.pem -s ed -k ed25519.pem -l 3 --ttl 100 --at 1780000000 m.eml > good.eml
      sed 's/Hello/Hallo/' good.eml > changed.eml
      sed 's/ v=1;/ v=1; v=1;/' good.eml > damaged.eml
      sed 's/ s=rsa;/ s=gone;/; s/ s=ed;/ s=missing;/' good.eml > withdrawn.eml
      { head -c 1100000 /dev/zero | tr '\\0' a | sed 's/^/X: /'; echo; cat good.eml; } > large.eml
      """
    let made = try folder.run(script)
    try #require(made.status == 0, "\(made.errorText)")
    let source = try KeyFileSource(keys, path: "keys.txt")
    let time = Timestamp(1_780_000_050)
    for name in ["m.eml", "good.eml", "changed.eml", "damaged.eml", "withdrawn.eml", "large.eml"] {
      let run = try folder.run("dkimtool verify --json --keys keys.txt --at 1780000050 \(name)")
      let decoded = try JSONDecoder().decode(VerificationReport.self, from: Data(run.output))
      let message = Array(String(decoding: try folder.read(name), as: UTF8.self).replacing("\n", with: "\r\n").utf8)
      let report = await Verifier(policy: .tolerant).verify(message, keys: source, at: time)
      #expect(decoded == report, "\(name)")
      #expect(decoded.results.isEmpty == ["m.eml", "large.eml"].contains(name), "\(name)")
    }
  }

  /// A message that was not read is not an unsigned message.
  @Test
  func `the JSON for a missing message is not a report`() throws {
    let folder = try ToolFolder()
    try folder.write("keys.txt", "")
    let run = try folder.run("dkimtool verify --json --keys keys.txt missing.eml")
    #expect(run.text.contains("\"error\":"))
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(VerificationReport.self, from: Data(run.output))
    }
  }
}
