import DKIMCore
import Glibc
import Testing
import TestSupport

@testable import dkimtool

@Suite("Runs over many messages")
struct RunTests {
  private static let sign = "dkimtool sign -d example.com -s ed -k ed25519.pem --at 1780000000"
  private static let verify = "dkimtool verify --keys keys.txt --at 1780000000"

  /// A directory with a key and its record, good.eml, bad.eml and plain.eml.
  private func folder() throws -> ToolFolder {
    let folder = try ToolFolder()
    try folder.write("ed25519.pem", try TestFiles.read(TestFiles.package.string + "/Tests/Vectors/keys/ed25519.pem"))
    for name in ["keys.txt", "message.eml"] {
      try folder.write(name, try TestFiles.read(TestFiles.package.string + "/Tests/Transcripts/files/" + name))
    }
    let made = try folder.run(
      "mv message.eml plain.eml; \(Self.sign) plain.eml > good.eml; sed 's/Hello/Hullo/' good.eml > bad.eml; "
        + "\(Self.sign.replacingFirst("-s ed", with: "-s nokey")) plain.eml > nokey.eml")
    #expect(made.status == 0)
    return folder
  }

  static let statuses: [(String, Int32)] = [
    ("good.eml", 0), ("good.eml good.eml", 0), ("bad.eml", 1), ("plain.eml", 1), ("good.eml bad.eml", 1),
    ("good.eml missing.eml", 66), ("bad.eml missing.eml", 66), ("/dev/null", 65), ("/dev/null missing.eml", 66),
    ("missing.eml /dev/null", 66), ("/dev/null bad.eml", 65), (". missing.eml", 66),
  ]

  @Test(arguments: statuses)
  func `end with the status of the worst result`(files: String, expected: Int32) throws {
    #expect(try folder().run("\(Self.verify) \(files)").status == expected)
  }

  @Test
  func `a missing response is a temporary error, unless there is a permanent failure as well`() throws {
    let folder = try folder()
    let verify = "dkimtool verify --nameserver 127.0.0.1@1 --at 1780000000"
    #expect(try folder.run("\(verify) good.eml").status == 75)
    #expect(try folder.run("\(verify) good.eml bad.eml").status == 75)
    #expect(try folder.run("\(verify) good.eml plain.eml").status == 1)
    #expect(try folder.run("\(verify) good.eml missing.eml").status == 66)
  }

  @Test
  func `a message with signatures past the limit of the header is not reported as unsigned`() throws {
    let folder = try folder()
    let made = try folder.run(
      "{ seq -f 'X-Pad: %.0f' 10001; cat good.eml; } > cut.eml")
    #expect(made.status == 0)
    let run = try folder.run("\(Self.verify) cut.eml good.eml")
    let excess = "the header section has more than 10000 fields"
    #expect(run.lines.first == "cut.eml: policy: \(excess); signatures beyond that point were not examined")
    #expect(run.status == 1)
    #expect(run.errorText == "2 messages: 1 pass, 1 fail\n")
    let json = try folder.run("\(Self.verify) --json cut.eml")
    let members = "\"headerExcess\":\"\(excess)\",\"authorDomain\":null,\"signatures\":[],\"arc\":null"
    #expect(json.text == "{\"file\":\"cut.eml\",\(members)}\n")
    #expect(json.status == 1)
  }

  @Test
  func `a file that cannot be read is reported, and the others are verified`() throws {
    let folder = try folder()
    let run = try folder.run("chmod 0 bad.eml; \(Self.verify) bad.eml . good.eml missing.eml")
    #expect(run.lines.last?.hasPrefix("good.eml: pass") == true)
    #expect(run.errorText.contains("dkimtool: missing.eml: No such file or directory\n"))
    #expect(run.errorText.contains("bad.eml: Permission denied\n") == (geteuid() != 0))
    #expect(run.status == 66)
  }

  @Test(arguments: [1, 2, 7, 64])
  func `print results in the order of the input, with any number of workers`(jobs: Int) throws {
    let folder = try folder()
    let filled = try folder.run(
      "mkdir many; for i in $(seq 100 400); do cp good.eml many/$i; done; "
        + "for i in $(seq 1 50); do echo 'From x'; cat good.eml; echo; done > many/300")
    #expect(filled.status == 0)
    let run = try folder.run("\(Self.verify) --jobs \(jobs) many/*")
    #expect(run.status == 0)
    let expected = (100...400).flatMap { number in
      number == 300 ? (1...50).map { "many/300:\($0)" } : ["many/\(number)"]
    }
    #expect(run.lines.map { String($0.prefix { $0 != " " }.dropLast()) } == expected)
    #expect(run.errorText == "350 messages: 350 pass\n")
  }

  @Test
  func `read a message and an mbox from a pipe`() throws {
    let folder = try folder()
    #expect(try folder.run("cat good.eml | \(Self.verify)").text.hasPrefix("-: pass"))
    #expect(try folder.run("cat good.eml | \(Self.verify) -").text.hasPrefix("-: pass"))
    let box = try folder.run("{ echo 'From x'; cat good.eml; echo; echo 'From y'; cat good.eml; } | \(Self.verify)")
    #expect(box.lines.map { $0.prefix(9) } == ["-:1: pass", "-:2: pass"])
  }

  @Test
  func `stop when the reader of the output has gone away`() throws {
    let folder = try folder()
    let run = try folder.run(
      "mkdir m; for i in $(seq 1000); do cp good.eml m/$i; done; \(Self.verify) m 2> e | head -1")
    #expect(run.lines.count == 1)
  }

  @Test
  func `many operands bypass the parser and keep their order`() {
    let files = (0..<200).map { "f\($0)" }
    let (parsed, further) = Operands.split(["verify", "--keys", "k"] + files)
    #expect(parsed == ["verify", "--keys", "k", "f0"])
    #expect(parsed + further == ["verify", "--keys", "k"] + files)
    // An option after them may take the next word as its value.
    let mixed = ["verify"] + files + ["--keys", "k", "f200"]
    #expect(Operands.split(mixed).parsed == mixed)
    #expect(Operands.split(["sign"] + files).further == [])
    #expect(Operands.split([]).parsed == [])
  }
}

extension String {
  fileprivate func replacingFirst(_ text: String, with other: String) -> String {
    firstRange(of: text).map { replacingCharacters(in: $0, with: other) } ?? self
  }

  private func firstRange(of text: String) -> Range<String.Index>? {
    indices.first { self[$0...].hasPrefix(text) }.map { $0..<index($0, offsetBy: text.count) }
  }

  private func replacingCharacters(in range: Range<String.Index>, with other: String) -> String {
    self[..<range.lowerBound] + other + self[range.upperBound...]
  }
}
