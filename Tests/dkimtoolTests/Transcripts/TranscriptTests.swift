import Glibc
import Testing
import TestSupport

@Suite("Sessions with dkimtool")
struct TranscriptTests {
  @Test
  func `there are transcripts to run`() {
    #expect(Transcript.names.count >= 8)
  }

  /// If `DKIM_WRITE_TRANSCRIPTS` is set, the actual output is written into the files. Review it before you commit it.
  @Test(arguments: Transcript.names)
  func `every command has the output of the transcript`(name: String) throws {
    let transcript = try Transcript(name)
    let folder = try Self.folder()
    var seen: [[String]] = []
    for step in transcript.steps {
      let lines = Transcript.lines(try folder.run(step.command))
      seen.append(lines)
      guard getenv("DKIM_WRITE_TRANSCRIPTS") == nil else { continue }
      #expect(lines == step.expected, "$ \(step.command)")
    }
    if getenv("DKIM_WRITE_TRANSCRIPTS") != nil, let file = fopen(Transcript.folder + "/" + name, "w") {
      fputs(transcript.text(seen), file)
      fclose(file)
    }
  }

  /// Returns a directory with the messages and keys that the transcripts use.
  private static func folder() throws -> ToolFolder {
    let folder = try ToolFolder()
    for (source, prefix) in [("/Transcripts/files", ""), ("/Vectors/keys", "")] {
      for name in try TestFiles.names(in: TestFiles.package.string + "/Tests" + source) {
        try folder.write(prefix + name, try TestFiles.read(TestFiles.package.string + "/Tests" + source + "/" + name))
      }
    }
    return folder
  }
}
