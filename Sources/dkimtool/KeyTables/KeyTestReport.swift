import DKIMConfiguration
import DKIMCore

/// What `dkimtool testkey` prints of the keys of a configuration, in the words of opendkim-testkey.
struct KeyTestReport: Sendable {
  let verbosity: Int
  let isJSON: Bool
  /// The keys are rows of a KeyTable, and messages name them by row; otherwise by file and record.
  var namesRows = true

  func entry(_ tested: TestedKey, number: Int) -> OrderedOutput.Entry {
    var entry = OrderedOutput.Entry()
    if isJSON {
      entry.text = Self.json(tested)
      return entry
    }
    if tested.result == .pass, verbosity >= 3 {
      entry.text = Array("\(Console.programName): key \(SafeText.escaped(tested.key.name)): OK\n".utf8)
    }
    let lines = lines(tested, number: number)
    if !lines.isEmpty { entry.complaint = lines.joined(separator: "\n\(Console.programName): ") }
    return entry
  }

  /// For standard error, without the name of the program.
  private func lines(_ tested: TestedKey, number: Int) -> [String] {
    let name = SafeText.escaped(tested.key.name)
    let place = tested.key.place.map { SafeText.escaped(" (\($0))") } ?? ""
    var lines: [String] = []
    if verbosity >= 2 { lines += steps(tested, number: number) }
    if case .skipped(let why) = tested.key.content {
      lines.append("key \(name) skipped: \(why.rawValue); to test one domain of it, use -d, -s and -k\(place)")
    }
    for finding in tested.findings where finding.grade != .note || verbosity >= 1 {
      let words = SafeText.escaped(finding.words)
      lines.append("key \(name): \(finding.grade == .warning ? "warning: " : "")\(words)\(place)")
      if let mend = finding.mend { lines.append("to mend: " + SafeText.escaped(mend)) }
    }
    if verbosity >= 1, let secure = tested.isSecure { lines.append("key \(name) \(secure ? "secure" : "not secure")") }
    return lines
  }

  /// What was read and looked up.
  private func steps(_ tested: TestedKey, number: Int) -> [String] {
    let name = SafeText.escaped(tested.key.name)
    guard namesRows else {
      var path: String?
      if case .key(let published) = tested.key.content, tested.type != nil { path = published.location.path }
      return [path.map { "key loaded from \(SafeText.escaped($0))" }, tested.recordName.map { "checking key '\($0)'" }]
        .compactMap(\.self)
    }
    return ["record \(number) for '\(name)' retrieved"] + (tested.recordName == nil ? [] : ["checking key '\(name)'"])
  }

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
      text("key", tested.key.name, &json)
      text("result", tested.result.rawValue, &json)
      text("name", tested.recordName, &json)
      var published: NamedKey.Published?
      if case .key(let found) = tested.key.content { published = found }
      text("domain", published?.domain.text, &json)
      text("selector", published?.selector.text, &json)
      text("keyFile", published?.location.path, &json)
      text("keyType", tested.type?.rawValue, &json)
      json.name("keyBits")
      if let bits = tested.bits { json.number(bits) } else { json.null() }
      json.name("dnssec")
      if let secure = tested.isSecure { json.bool(secure) } else { json.null() }
      json.name("findings")
      json.array { json in findings(tested, &json) }
      text("file", tested.key.place?.file, &json)
      json.name("line")
      if let line = tested.key.place?.line { json.number(line) } else { json.null() }
    }
    writer.newLine()
    return writer.octets
  }

  private static func findings(_ tested: TestedKey, _ json: inout JSONWriter) {
    var findings = tested.findings
    if case .skipped(let why) = tested.key.content { findings.append(Finding(.note, why.rawValue)) }
    for finding in findings {
      json.object { json in
        text("grade", finding.grade == .mismatch ? "failure" : "\(finding.grade)", &json)
        text("text", finding.words, &json)
        text("mend", finding.mend, &json)
      }
    }
  }

  private static func text(_ name: String, _ text: String?, _ json: inout JSONWriter) {
    json.name(name)
    if let text { json.string(text) } else { json.null() }
  }
}
