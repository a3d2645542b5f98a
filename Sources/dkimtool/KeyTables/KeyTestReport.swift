import DKIMConfiguration
import DKIMCore
import DKIMDiagnostics

/// The output of `dkimtool testkey` for the keys of a configuration, in the words of opendkim-testkey.
struct KeyTestReport: Sendable {
  let verbosity: Int
  let isJSON: Bool
  /// `--show`: the published records are printed.
  var showsRecords = false
  /// Whether the keys are rows of a KeyTable. If so, messages name the row, otherwise the file and the record.
  var namesRows = true

  func entry(_ tested: TestedKey, number: Int) -> OrderedOutput.Entry {
    var entry = OrderedOutput.Entry()
    if isJSON {
      entry.text = Self.json(tested)
      return entry
    }
    if showsRecords { entry.text += tested.records.flatMap { Array($0.zoneText.utf8) } }
    if tested.result == .pass, verbosity >= 3 {
      entry.text += Array("\(Console.programName): key \(PrintableText.escaped(tested.key.name)): OK\n".utf8)
    }
    let lines = lines(tested, number: number)
    if !lines.isEmpty { entry.errorText = lines.joined(separator: "\n\(Console.programName): ") }
    return entry
  }

  /// Returns the lines for standard error, without the name of the program.
  private func lines(_ tested: TestedKey, number: Int) -> [String] {
    let name = PrintableText.escaped(tested.key.name)
    let location = tested.key.location.map { PrintableText.escaped(" (\($0))") } ?? ""
    var lines: [String] = []
    if verbosity >= 2 { lines += steps(tested, number: number) }
    if case .skipped(let why) = tested.key.content {
      lines.append("key \(name) skipped: \(why.rawValue); to test it for one domain, use -d, -s and -k\(location)")
    }
    for issue in tested.issues where issue.severity != .note || verbosity >= 1 {
      let words = PrintableText.escaped(issue.text)
      lines.append("key \(name): \(issue.severity == .warning ? "warning: " : "")\(words)\(location)")
      if let fix = issue.fixWithOption { lines.append("fix: " + PrintableText.escaped(fix)) }
    }
    if verbosity >= 1, let secure = tested.isSecure { lines.append("key \(name) \(secure ? "secure" : "not secure")") }
    return lines
  }

  /// Returns the progress messages: what was read and looked up.
  private func steps(_ tested: TestedKey, number: Int) -> [String] {
    let name = PrintableText.escaped(tested.key.name)
    guard namesRows else {
      var path: String?
      if case .key(let published) = tested.key.content, tested.type != nil { path = published.location.path }
      return [
        path.map { "key loaded from \(PrintableText.escaped($0))" }, tested.recordName.map { "checking key '\($0)'" },
      ]
      .compactMap(\.self)
    }
    return ["record \(number) for '\(name)' retrieved"] + (tested.recordName == nil ? [] : ["checking key '\(name)'"])
  }

  /// The explanation of "key not secure".
  static let insecure =
    "not secure: DNSSEC did not protect the record, because the zone is not signed, the name server does not validate "
    + "or is not trusted, or the record is from a file; DKIM works without DNSSEC"

  /// `3 keys checked; 1 pass, 2 fail, 1 skipped`
  static func summary(_ tested: [TestedKey]) -> String {
    let counts = Dictionary(grouping: tested, by: \.result).mapValues(\.count)
    let (pass, fail, skip) = (counts[.pass] ?? 0, counts[.fail] ?? 0, counts[.skip] ?? 0)
    let checked = pass + fail
    return "\(Console.programName): \(checked) key\(checked == 1 ? "" : "s") checked; \(pass) pass, \(fail) fail"
      + (skip > 0 ? ", \(skip) skipped" : "")
  }

  // MARK: JSON

  static func json(_ tested: TestedKey) -> [UInt8] {
    var writer = JSONWriter()
    writer.object { json in
      json.member("key", tested.key.name)
      json.member("result", tested.result.rawValue)
      json.member("name", tested.recordName)
      var published: NamedKey.Published?
      if case .key(let found) = tested.key.content { published = found }
      json.member("domain", published?.domain.text)
      json.member("selector", published?.selector.text)
      json.member("keyFile", published?.location.path)
      json.member("keyType", tested.type?.rawValue)
      json.member("keyBits", tested.bits)
      json.member("dnssec", tested.isSecure)
      json.name("records")
      json.array { json in for record in tested.records { record.write(to: &json) } }
      json.name("issues")
      json.array { json in issues(tested, &json) }
      json.member("file", tested.key.location?.file)
      json.member("line", tested.key.location?.line)
    }
    writer.newLine()
    return writer.bytes
  }

  private static func issues(_ tested: TestedKey, _ json: inout JSONWriter) {
    var issues = tested.issues
    if case .skipped(let why) = tested.key.content { issues.append(KeyIssue(.note, why.rawValue)) }
    for issue in issues {
      json.object { json in
        json.member("severity", issue.severity == .mismatch ? "failure" : "\(issue.severity)")
        json.member("text", issue.text)
        json.member("fix", issue.fixWithOption)
      }
    }
  }
}
