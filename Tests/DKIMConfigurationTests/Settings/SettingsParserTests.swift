import SystemSupport
import Testing

@testable import DKIMConfiguration

@Suite struct SettingsParserTests {
  /// Parses files that are given by path.
  private func parse(_ files: [String: String], limits: SettingsParser.Limits = .init()) -> SettingsParser {
    var parser = SettingsParser(limits: limits) { (path, limit) throws(FileProblem) in
      guard let text = files[path] else { throw FileProblem(path: path, reason: .system(.noSuchFileOrDirectory)) }
      guard text.utf8.count <= limit else { throw FileProblem(path: path, reason: .tooLong(limit: limit)) }
      return Array(text.utf8)
    }
    parser.take(file: "main")
    return parser
  }

  private func texts(_ parser: SettingsParser) -> [String] { parser.problems.map(\.description) }

  @Test func `a line is a name blanks and a value`() {
    let parser = parse(["main": "Socket inet:8891@localhost\n\t sYsLoG \t yes  \nOversignHeaders\tFrom, To  "])
    #expect(texts(parser) == [])
    #expect(parser.settings.text("SOCKET") == "inet:8891@localhost")
    #expect(parser.settings[Setting.syslog])
    #expect(parser.settings.text("OversignHeaders") == "From, To")
    #expect(parser.settings.location("oversignheaders") == FileLocation(file: "main", line: 3))
  }

  @Test func `a comment begins anywhere and lines may end with CRLF`() {
    let parser = parse([
      "main": "# all\rnone\nDomain a.example#, b.example\nSelector x \r\n\r\n   # x\nLogWhy yes # why\n"
    ])
    #expect(texts(parser) == [])
    #expect(parser.settings.text("Domain") == "a.example")
    #expect(parser.settings.text("Selector") == "x")
    #expect(parser.settings[Setting.logWhy])
  }

  @Test func `text after a carriage return is not ignored`() {
    let parser = parse(["main": "Selector x\rOn-BadSignature reject\nMode s\n"])
    #expect(
      texts(parser) == ["main:1: error: the line contains a carriage return; end each line with LF or CR LF"])
    #expect(parser.settings.text("Mode") == "s")
  }

  @Test func `bytes that are not text do not break a comment`() {
    var parser = SettingsParser { (path, _) throws(FileProblem) in [] }
    parser.take(Array("\u{FEFF}LogWhy yes # caf".utf8) + [0xE9, 0x0A] + Array("Domain caf".utf8) + [0xE9], of: "main")
    #expect(parser.settings[Setting.logWhy])
    #expect(
      texts(parser) == [
        "main:2: error: the line contains control characters or is not valid UTF-8; write the line again as plain text"
      ])
  }

  @Test func `if a setting is repeated, the last one wins`() {
    let parser = parse(["main": "Selector a\nSelector b\nInclude more\nMode s\n", "more": "Selector c\nMode v\n"])
    #expect(parser.settings.text("Selector") == "c")
    #expect(parser.settings.text("Mode") == "s")
    #expect(parser.settings.entries(named: "selector").map(\.value) == ["a", "b", "c"])
  }

  @Test func `the command line overrides the file`() throws {
    var options = Settings()
    try options.override("Mode", "v")
    var settings = parse(["main": "Mode s\n"]).settings
    settings.override(with: options)
    #expect(settings.text("Mode") == "v")
    #expect(settings.location("Mode") == .commandLine)
    try settings.add("Mode", "sv", at: FileLocation(file: "later", line: 1))
    #expect(settings.text("Mode") == "v")
  }

  @Test(arguments: [
    ("T", true), ("true", true), ("Yes", true), ("y", true), ("1", true), ("10", true), ("F", false), ("false", false),
    ("No", false), ("n", false), ("0", false), ("never", false), ("on", nil), ("off", nil), ("+", nil), ("2", nil),
  ])
  func `the first byte of a boolean decides`(text: String, expected: Bool?) {
    #expect(SettingValue.flag(text) == expected)
  }

  @Test(arguments: [
    ("0", 0), ("7", 7), ("007", 7), ("002", 2), ("022", 18), ("0x400", 1024), ("0X1f", 31), ("9", 9), ("+5", 5),
    ("2147483647", 2_147_483_647), ("08", nil), ("0x", nil), ("1k", nil), ("-1", nil), ("", nil), ("+", nil),
    ("0-1", nil),
    ("2147483648", nil), ("99999999999999999999999999999999999999", nil), ("1 2", nil),
  ])
  func `numbers are in c notation`(text: String, expected: Int?) {
    #expect(SettingValue.integer(text) == expected)
  }

  @Test func `every problem is reported with its location and fix`() {
    let parser = parse([
      "main": """
      Sokcet inet:1
      Mode
      DNSTimeout soon
      Syslog maybe
      On-BadSignature blah
      Socket=inet:8891@localhost
      Frobnicate now
      Include nowhere
      UnprotectedKey perhaps
      """
    ])
    #expect(
      texts(parser) == [
        "main:1: error: unrecognized parameter \"Sokcet\"; did you mean Socket?",
        "main:2: error: Mode: required value missing, expected: letters s and v; "
          + "write the value after the name, or remove the line",
        "main:3: error: DNSTimeout: illegal value \"soon\", expected: a number from 0 to 2147483647",
        "main:4: error: Syslog: illegal value \"maybe\", expected: \"yes\" or \"no\"",
        "main:5: error: On-BadSignature: unknown key action \"blah\", expected: "
          + "accept, discard, quarantine, reject, tempfail",
        "main:6: error: unrecognized parameter \"Socket=inet:8891@localhost\"; "
          + "write a space after Socket, without \"=\" or \":\"",
        "main:7: error: unrecognized parameter \"Frobnicate\"; "
          + "see opendkim.conf(5) or --help-config for the names of all settings",
        "main:8: error: Include \"nowhere\": error reading configuration file: No such file or directory",
        "main:9: error: UnprotectedKey: illegal value \"perhaps\", expected: none, neutral, fail",
      ])
  }

  @Test func `files nest five deep`() {
    var files = ["main": "Include f1\n"]
    for i in 1...5 { files["f\(i)"] = "Selector s\(i)\n" + (i < 5 ? "Include f\(i + 1)\n" : "") }
    #expect(texts(parse(files)) == [])
    #expect(parse(files).settings.text("Selector") == "s5")
    files["f5"] = "Include f6\n"
    files["f6"] = "Selector s6\n"
    #expect(
      texts(parse(files)) == [
        "f5:1: error: nesting too deep: included files are nested more than 5 levels deep; "
          + "remove the Include that makes a file include itself, or nest fewer files"
      ])
  }

  @Test func `a name with a tabulator stays on one line`() {
    let parser = parse(["main": "Include a\tb\n", "a\tb": "Mode \u{1}\n"])
    #expect(parser.problems.first.map { "\($0)" }?.hasPrefix("a b:1: error: ") == true)
    let problem = ConfigurationProblem(.error, at: FileLocation(file: "a\nb"), "c\u{1B}d", fix: "e\u{2028}f")
    #expect("\(problem)" == "a b: error: c\u{FFFD}d; e f")
  }

  @Test func `a file that includes itself many times ends`() {
    let circle = parse(["main": String(repeating: "Include main\n", count: 50)])
    #expect(circle.settings.entries.count <= 50 * 100)
    #expect(circle.problems.count == 100)
    let many = parse(["main": String(repeating: "Include more\n", count: 200), "more": "Mode s\n"])
    #expect(texts(many) == ["main:100: error: more than 100 configuration files are included"])
  }

  @Test func `sizes are bounded`() {
    var limits = SettingsParser.Limits()
    limits.lineLength = 20
    limits.fileSize = 100
    #expect(
      texts(parse(["main": "Domain \(String(repeating: "x", count: 30))\nMode s"], limits: limits))
        == ["main:1: error: the line has 37 bytes, expected at most 20; put long lists in files of their own"])
    #expect(
      texts(parse(["main": String(repeating: "# x\n", count: 30)], limits: limits))
        == ["main: error: error reading configuration file: is larger than 100 bytes"])
    #expect(parse(["main": String(repeating: "x y\n", count: 1000)]).problems.count == 100)
  }

  @Test func `invalid input does no harm`() {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<500 {
      let bytes = (0..<Int.random(in: 0...300)).map { _ in UInt8.random(in: 0...255, using: &random) }
      var parser = SettingsParser { (path, _) throws(FileProblem) in bytes }
      parser.take(file: "junk")
      #expect(parser.settings.entries.count <= 300)
    }
  }

  @Test func `a missing file is a problem`() {
    let (_, problems) = Settings.read(path: "/nonexistent/opendkim.conf")
    #expect(
      problems.map(\.description)
        == ["/nonexistent/opendkim.conf: error: error reading configuration file: No such file or directory"])
  }
}
