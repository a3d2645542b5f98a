import DKIMConfiguration
import Testing

@testable import DKIMMilter

@Suite("Server: the command line")
struct ServerArgumentsTests {
  private func overrides(_ words: String...) throws -> [String] {
    try MilterArguments(words).overrides.map { "\($0.name)=\($0.value)" }
  }

  @Test
  func `values of options follow them directly or are the next word`() throws {
    #expect(try overrides("-bsv", "-c", "relaxed/simple") == ["Mode=sv", "Canonicalization=relaxed/simple"])
  }

  @Test
  func `options can be bundled as with getopt, the last one with its value`() throws {
    let arguments = try MilterArguments(["-vvx", "file", "-lfW", "-fxother"])
    #expect(arguments.verbosity == 2)
    #expect(arguments.configurationFile == "other")
    #expect(arguments.overrides.map(\.name) == ["Syslog", "Background", "LogWhy", "Background"])
  }

  @Test(arguments: [
    ("-A", "AutoRestart=yes"), ("-bv", "Mode=v"), ("-csimple", "Canonicalization=simple"),
    ("-dexample.com", "Domain=example.com"), ("-D", "SubDomains=yes"), ("-f", "Background=no"),
    ("-kfile", "KeyFile=file"), ("-l", "Syslog=yes"), ("-L10%", "Minimum=10%"), ("-oTo", "OmitHeaders=To"),
    ("-pinet:1@::1", "Socket=inet:1@::1"), ("-Pfile", "PidFile=file"), ("-r", "RequiredHeaders=yes"),
    ("-ssel", "Selector=sel"), ("-Srsa-sha256", "SignatureAlgorithm=rsa-sha256"), ("-T7", "DNSTimeout=7"),
    ("-unobody:mail", "UserID=nobody:mail"), ("-W", "LogWhy=yes"),
  ])
  func `every option sets the corresponding setting`(word: String, setting: String) throws {
    #expect(try overrides(word) == [setting])
  }

  @Test(arguments: [
    (["-n"], MilterArguments.Task.check), (["--check"], .check),
    (["-V"], .printVersion), (["--version"], .printVersion),
    (["-e", "Mode"], .printSetting("Mode")), (["-Q"], .query), (["-t", "a,b,-"], .test(["a", "b", "-"])),
    (["-t", "a", "b", "-v", "c"], .test(["a", "b", "c"])), (["--help"], .help), (["--help-config"], .helpConfig(nil)),
    (["--help-config", "Mode"], .helpConfig("Mode")), ([], .serve),
  ])
  func `options select the task`(words: [String], task: MilterArguments.Task) throws {
    #expect(try MilterArguments(words).task == task)
  }

  @Test(arguments: [
    (["-y"], "unknown option -y"), (["-b"], "option -b needs a value"), (["--nonsense"], "unknown option --nonsense"),
    (["--help=x"], "option --help does not take a value"),
    (["file"], "unexpected argument 'file': options begin with '-'"),
    (["-T", "soon"], "invalid value for -T: 'soon' is not a number of seconds"),
    (["-F", "now"], "invalid time value 'now': -F takes seconds since 1970"),
  ])
  func `invalid arguments are refused`(words: [String], text: String) {
    do throws(MilterArguments.Fault) {
      _ = try MilterArguments(words)
      Issue.record("taken: \(words)")
    } catch {
      #expect("\(error)" == text)
    }
  }

  @Test
  func `-? asks for help, and two dashes end the options`() throws {
    #expect(throws: MilterArguments.Fault.helpWanted) { try MilterArguments(["-?"]) }
    #expect(throws: MilterArguments.Fault.operand("-n")) { try MilterArguments(["--", "-n"]) }
  }

  @Test
  func `lookups of -Q are a key, the last slash and a number`() throws {
    let query = try #require(self.query("a/b/2"))
    #expect(query.key == "a/b" && query.fields == 2)
    for line in ["a", "a/101", "a/-1", "a/x", "a/", ""] { #expect(self.query(line) == nil, "\(line)") }
  }

  private func query(_ line: String) -> Query? { Query(Array(line.utf8)[...]) }

  @Test
  func `results of -Q: one line per field; the last field is the rest, and a missing field is <absent>`() throws {
    func said(_ fields: Int, _ value: DataSetRow.Value?) throws -> String {
      var output: [UInt8] = []
      try #require(query("a/\(fields)")).say([DataSetRow(key: "a", value: value, location: nil)], on: &output)
      return String(decoding: output, as: UTF8.self)
    }
    #expect(try said(2, .text("x:y:z")) == "'x'\n'y:z'\n")
    #expect(try said(4, .text("x::y")) == "'x'\n<empty>\n'y'\n<absent>\n")
    #expect(try said(1, .text("")) == "<empty>\n")
    #expect(try said(0, .text("x")) == "")
    #expect(try said(2, nil) == "''\n''\n")
    #expect(try said(4, .columns(["x:y", nil, ""])) == "'x:y'\n<absent>\n<empty>\n<absent>\n")
  }
}
