@testable import DKIMConfiguration
import SystemSupport

/// Compares parsed configuration files with a reader that splits and trims. Parsed settings can be written and parsed
/// again.
enum ConfigurationTarget {
  static func run(_ input: [UInt8]) {
    // All files have these contents.
    var limits = SettingsParser.Limits()
    limits.files = 10
    var parser = SettingsParser(limits: limits) { (_, limit) throws(FileProblem) in Array(input.prefix(limit)) }
    parser.take(input, of: "main")
    checkProblems(parser, input)
    if parser.settings.entry("Include") == nil {
      checkAgainstReference(parser, input)
      checkRoundTrip(parser.settings)
    }
    checkValues(parser.settings)
    checkSocket(input)
    checkPostfix(input)
  }

  private static func checkProblems(_ parser: SettingsParser, _ input: [UInt8]) {
    require(parser.problems.count <= parser.limits.problems, "more problems than are kept")
    let lines = input.count { $0 == UInt8(ascii: "\n") } + 1
    for problem in parser.problems {
      requirePrintable("\(problem)")
      require((1...lines).contains(problem.location?.line ?? 0), "a problem without a valid line: \(problem)")
    }
  }

  private static func checkAgainstReference(_ parser: SettingsParser, _ input: [UInt8]) {
    var last: [String: String] = [:]
    let start = input.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    for line in input[start...].split(separator: UInt8(ascii: "\n")) {
      let bytes = line.prefix { $0 != UInt8(ascii: "#") && $0 != UInt8(ascii: "\r") }
      let isBlank = { (byte: UInt8) in byte == 0x20 || (0x09...0x0C).contains(byte) }
      let words = bytes.split(maxSplits: 1, omittingEmptySubsequences: true, whereSeparator: isBlank)
      guard words.count == 2 else { continue }
      var value = words[1].drop(while: isBlank)
      while let byte = value.last, isBlank(byte) { value.removeLast() }
      let name = String(decoding: words[0], as: UTF8.self).lowercased()
      if !value.isEmpty { last[name] = String(decoding: value, as: UTF8.self) }
    }
    for entry in parser.settings.entries {
      let name = entry.definition.name.lowercased()
      require(last[name] != nil, "no line contains \(name)")
      // A rejected line does not count.
      guard parser.problems.isEmpty else { continue }
      require(parser.settings.text(name) == last[name], "\(name) differs from the last line")
    }
  }

  private static func checkRoundTrip(_ settings: Settings) {
    let text = settings.entries.map { "\($0.definition.name) \($0.value)\n" }.joined()
    let (again, problems) = Settings.parse(text)
    require(problems.isEmpty, "a written setting is rejected: \(problems.first.map { "\($0)" } ?? "")")
    require(
      again.entries.map(\.value) == settings.entries.map(\.value)
        && again.entries.map(\.definition) == settings.entries.map(\.definition),
      "settings differ after writing and parsing")
  }

  private static func checkValues(_ settings: Settings) {
    for entry in settings.entries.prefix(3) {
      require(SettingQuery.value(of: entry.definition.name, in: settings).exitStatus == 0, "a value is not printed")
    }
    var draft = ConfigurationDraft(settings, parts: BuildParts([]), drivers: .text)
    draft.checkStatus()
    draft.loadMetrics()
    draft.loadActions()
    draft.loadNameService()
    if settings.entry("BaseDirectory") == nil { draft.loadProcess() }
    for problem in draft.problems.all { requirePrintable("\(problem)") }
  }

  private static func checkSocket(_ input: [UInt8]) {
    let text = String(decoding: input.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    do throws(SocketSpecificationError) {
      let socket = try SocketSpecification(text)
      require((try? SocketSpecification(socket.description)) == socket, "\(socket) differs after writing and parsing")
    } catch {
      requirePrintable("\(error)")
    }
    _ = UserSpecification(text)
    _ = Minimum(text)
    _ = ProcessRules.RestartRate(text)
    requirePrintable(SettingQuery.help(text).text.replacing("\n", with: " "))
  }

  private static func checkPostfix(_ input: [UInt8]) {
    let postfix = PostfixConfiguration(main: input, master: input, file: "main.cf")
    require(postfix.milters("smtpd_milters").allSatisfy { $0.contains(":") }, "not a milter")
    _ = postfix.queueDirectory
  }
}
