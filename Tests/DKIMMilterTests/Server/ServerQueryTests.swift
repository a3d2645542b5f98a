import DKIMConfiguration
import Glibc
import TestSupport
import Testing

@testable import DKIMMilter

@Suite("Server: -Q, lookups in a data set", .timeLimit(.minutes(2)))
struct ServerQueryTests {
  private func folder() throws -> MilterFolder {
    let folder = try MilterFolder()
    try folder.write("mail example.com:s:/key\nalone\nempty :x\nUPPER up\n192.0.2.0/24 net\n", to: "table")
    try folder.write("*@example.com k1\nme@* k2:%\n", to: "patterns")
    return folder
  }

  @Test
  func `one line per field, in the order of the lookups; missing keys are reported among them`() async throws {
    let folder = try folder()
    let run = try await MilterRun(
      ["-Q"], in: folder,
      input: "file:\(folder.file("table"))\nmail/4\nalone/2\nnobody/1\nempty/2\n192.0.2.0/24/1\nmail/0\n")
    #expect(run.status == 0)
    #expect(
      run.output == """
        'example.com'
        's'
        '/key'
        <absent>
        ''
        ''
        dkim-milter: dkimf_db_get(): record not found
        <empty>
        'x'
        'net'


        """)
    #expect(run.errors.isEmpty)
  }

  @Test
  func `exit statuses: 64 invalid lookup, 70 bad data set, 71 no input, 78 bad configuration`() async throws {
    let folder = try folder()
    let set = "file:\(folder.file("table"))\n"
    let bad = try await MilterRun(["-Q"], in: folder, input: set + "mail/1\nmail\nmail/1\n")
    #expect(bad.status == 64)
    #expect(bad.output == "'example.com:s:/key'\n")
    #expect(bad.errors.contains("invalid query 'mail'"))
    for question in ["mail/x", "mail/-1", "mail/101"] {
      #expect(try await MilterRun(["-Q"], in: folder, input: set + question + "\n").status == 64)
    }
    let unknown = try await MilterRun(["-Q"], in: folder, input: "nonsense:x\nmail/1\n")
    #expect(unknown.status == 70)
    #expect(unknown.output.isEmpty)
    #expect(unknown.errors.contains("unknown database type"))
    #expect(try await MilterRun(["-Q"], in: folder, input: "file:/nonexistent\n").status == 70)
    #expect(try await MilterRun(["-Q"], in: folder, input: "").status == 71)
    let configuration = try folder.configure(["Nonsense 1"])
    #expect(try await MilterRun(["-Q", "-x", configuration], in: folder, input: set).status == 78)
  }

  @Test
  func `relative paths start in the directory set in the configuration`() async throws {
    let folder = try folder()
    let configuration = try folder.configure(["BaseDirectory \(folder.path)", "LDAPTimeout 1", "SoftStart yes"])
    let run = try await MilterRun(["-Q", "-x", configuration], in: folder, input: "file:table\nmail/1\n")
    #expect(run.status == 0)
    #expect(run.output == "'example.com:s:/key'\n\n")
  }

  static let program = "/usr/sbin/opendkim"

  @Test(
    .enabled(if: access(program, X_OK) == 0, "opendkim is not installed"),
    arguments: [
      ["file:TABLE", "mail/1", "mail/2", "mail/3"], ["file:TABLE", "alone/1", "alone/2", "empty/2", "mail/0"],
      ["file:TABLE", "nobody/1", "mail/1"], ["file:TABLE", "upper/1", "UPPER/1"], ["file:TABLE", "mail"],
      ["file:TABLE", "mail/1", "mail", "mail/1"], ["file:TABLE", "", "mail/1"], ["file:TABLE", "mail/1 "],
      ["file:TABLE", " mail/1"], ["file:TABLE"], [""], ["", "mail/1"], [], ["x=y,z", "x/1", "z/1", "y/1"],
      ["refile:PATTERNS", "Joe@example.com/1", "joe@Example.com/1", "me@there/2", "x@y/1"], ["nonsense:x", "a/1"],
      ["/nonexistent", "a/1"], ["file:TABLE", "#"],
    ])
  func `the same bytes on standard output and the same status as opendkim`(lines: [String]) async throws {
    let folder = try folder()
    let input = lines.map { $0 + "\n" }.joined().replacing("TABLE", with: folder.file("table"))
      .replacing("PATTERNS", with: folder.file("patterns"))
    let ours = try await MilterRun(["-Q"], in: folder, input: input)
    try folder.write(input, to: "input")
    let script = "exec \(Self.program) -Q < \"$0/input\" > \"$0/theirs\" 2> \"$0/errors\""
    let theirs = try await ChildProcess(["/bin/sh", "-c", script, folder.path]).end(within: .seconds(30))
    #expect(ours.status == theirs)
    #expect(ours.output == folder.read("theirs").replacing("opendkim: ", with: "dkim-milter: "))
  }

  @Test
  func `a lookup is answered before the next one arrives`() async throws {
    let folder = try folder()
    let script = """
      mkfifo "$0/questions"
      "$1" -Q < "$0/questions" > "$0/answers" &
      exec 3> "$0/questions"
      printf 'file:%s/table\\nmail/1\\n' "$0" >&3
      until grep -q example.com "$0/answers"; do sleep 0.01; done
      printf 'UPPER/1\\n' >&3
      until grep -q up "$0/answers"; do sleep 0.01; done
      exec 3>&-
      wait $!
      """
    let process = try ChildProcess(["/bin/sh", "-c", script, folder.path, MilterBinary.path])
    #expect(try await process.end(within: .seconds(30)) == 0)
    #expect(folder.read("answers") == "'example.com:s:/key'\n'up'\n\n")
  }

  @Test
  func `lookups in a slow store run in parallel, and are answered in order`() {
    let queries = (0..<QueryTask.readAhead).compactMap { Query(Array("key\($0)/1".utf8)[...]) }
    let start = ContinuousClock.now
    let answers = QueryBatch(set: SlowSet(), queries: queries).answers()
    // One after another, they would take 13 seconds.
    #expect(ContinuousClock.now - start < .seconds(5))
    #expect(queries.count == 256 && answers.count == queries.count)
    for (query, answer) in zip(queries, answers) {
      if query.key == "key7" {
        #expect(answer == .failure(.temporary("down")))
      } else {
        #expect((try? answer.get())?.first?.key == query.key)
      }
    }
  }
}

/// A store that is slow for every lookup.
private struct SlowSet: DataSet {
  let specification = "slow:"

  func rows(for key: String, all: Bool) async throws(DataSetError) -> [DataSetRow] {
    let number = key.utf8.count % 3
    try? await Task.sleep(for: .milliseconds(40 + 10 * number))
    if key == "key7" { throw .temporary("down") }
    return [DataSetRow(key: key, value: .text("value"), location: nil)]
  }

  func allRows(limit: Int) async throws(DataSetError) -> [DataSetRow] { throw .notWalkable }
}
