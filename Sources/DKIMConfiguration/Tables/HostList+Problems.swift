internal import DKIMCore

extension HostList {
  /// Returns warnings about rows that never match a client, and about duplicates.
  package func problems() async -> [ConfigurationProblem] {
    guard let rows = try? await set.allRows() else { return await set.problems() }
    var problems = ProblemList()
    let isText = set is TextDataSet || set.matchesPatterns
    for row in rows {
      if set.matchesPatterns, TextBytes.contains(row.key, "*") {
        // All other patterns are useful.
        if Self.isForEveryHost(row) { problems.add(Self.problemOfEveryHost(row)) }
      } else if let problem = Self.problemOfLine(row, isText: isText) ?? Self.problem(of: row) {
        problems.add(problem)
      }
    }
    problems.add(await set.problems())
    return problems.all
  }

  /// Returns true if a row includes or excludes a loopback address, from which mail of this machine comes.
  package func decidesAboutLoopback() async -> Bool {
    for address in ["127.0.0.1", "::1"] {
      let decision = (try? await decision(name: nil, address: IPAddress(address))) ?? .absent
      if decision != .absent { return true }
    }
    return false
  }

  /// Warns about several hosts on one line of a file: the first word is the host, and the rest is treated as its value.
  private static func problemOfLine(_ row: DataSetRow, isText: Bool) -> ConfigurationProblem? {
    guard isText, row.location?.line != nil else { return nil }
    let hasValue = if case .text(let text) = row.value { !text.isEmpty } else { false }
    guard row.key.hasSuffix(",") || hasValue else { return nil }
    let host = row.key.hasSuffix(",") ? String(row.key.dropLast()) : row.key
    return ConfigurationProblem(
      .warning, at: row.location,
      "\(PrintableText.quoted(row.key)) is followed by other text on its line: each line has one host, and the rest of "
        + "the line is ignored", fix: "write \(PrintableText.beginning(of: host)) on a line of its own, without a comma"
    )
  }

  private static func problemOfEveryHost(_ row: DataSetRow) -> ConfigurationProblem {
    ConfigurationProblem(
      .warning, at: row.location,
      "\(PrintableText.quoted(row.key)) excludes every host from the list, including hosts on other lines, as in "
        + "OpenDKIM", fix: "list the names, .domains, addresses and networks of your own hosts")
  }

  private static func problem(of row: DataSetRow) -> ConfigurationProblem? {
    let shown = PrintableText.beginning(of: row.key)
    func warning(_ text: String, _ fix: String) -> ConfigurationProblem {
      ConfigurationProblem(.warning, at: row.location, "\"\(shown)\" \(text)", fix: fix)
    }
    if let network = HostNetwork(row.key) {
      guard network.hasHostBits, let bits = network.bits else { return nil }
      let right = "\(network.isNegated ? "!" : "")\(network.address.masked(to: bits))/\(bits)"
      return warning("never matches: the address has bits set after the prefix", "write \(right)")
    }
    let name = row.key.hasPrefix("!") ? row.key.dropFirst() : row.key[...]
    if name.utf8.contains(where: TextBytes.isBlank) {
      return warning("never matches: it contains white space", "separate entries with commas")
    }
    if name.contains("*") {
      return warning(
        "never matches: * is not a wildcard here",
        "for example, write .example.com for all hosts below example.com, or 192.0.2.0/24 for a network")
    }
    if name.contains("/") {
      return warning("never matches: it is not a valid network", "write ADDRESS/BITS, such as 192.0.2.0/24")
    }
    if !name.isEmpty, name.utf8.allSatisfy({ $0 == UInt8(ascii: ".") || ASCII.isDigit($0) }) {
      return warning(
        "never matches: it is not a complete IPv4 address", "write four numbers, or a network such as 192.0.2.0/24")
    }
    return nil
  }
}
