extension HostList {
  /// Rows that no client ever matches, and rows that are there twice.
  public func problems() async -> [ConfigurationProblem] {
    guard let rows = try? await set.allRows() else { return await set.problems() }
    var problems = ProblemList()
    let isText = set is TextDataSet || set.matchesPatterns
    for row in rows {
      if set.matchesPatterns, TextOctets.contains(row.key, "*") {
        // Other patterns mean something.
        if Self.isForEveryHost(row) { problems.add(Self.problemOfEveryHost(row)) }
      } else if let problem = Self.problemOfLine(row, isText: isText) ?? Self.problem(of: row) {
        problems.add(problem)
      }
    }
    problems.add(await set.problems())
    return problems.all
  }

  /// True where a row takes in or keeps out the loopback addresses, by which a filter knows mail of its own machine.
  public func decidesAboutLoopback() async -> Bool {
    for address in ["127.0.0.1", "::1"] {
      let decision = (try? await decision(name: nil, address: IPAddress(address))) ?? .absent
      if decision != .absent { return true }
    }
    return false
  }

  /// Several hosts on one line of a file: the first word of the line is the host, and the others are its value.
  private static func problemOfLine(_ row: DataSetRow, isText: Bool) -> ConfigurationProblem? {
    guard isText, row.place?.line != nil else { return nil }
    let hasValue = if case .text(let text) = row.value { !text.isEmpty } else { false }
    guard row.key.hasSuffix(",") || hasValue else { return nil }
    let host = row.key.hasSuffix(",") ? String(row.key.dropLast()) : row.key
    return ConfigurationProblem(
      .warning, at: row.place,
      "\"\(TextOctets.shown(row.key))\" is followed by other text on its line: a line has one host, and the rest of it is "
        + "ignored", fix: "write \(TextOctets.shown(host)) on a line of its own, without a comma")
  }

  private static func problemOfEveryHost(_ row: DataSetRow) -> ConfigurationProblem {
    ConfigurationProblem(
      .warning, at: row.place,
      "\"\(TextOctets.shown(row.key))\" keeps every host out of the list, those of the other lines too, as in OpenDKIM",
      fix: "list the names, .domains, addresses and networks of your own hosts")
  }

  private static func problem(of row: DataSetRow) -> ConfigurationProblem? {
    let shown = TextOctets.shown(row.key)
    func warning(_ text: String, _ fix: String) -> ConfigurationProblem {
      ConfigurationProblem(.warning, at: row.place, "\"\(shown)\" \(text)", fix: fix)
    }
    if let network = HostNetwork(row.key) {
      guard network.hasHostBits, let bits = network.bits else { return nil }
      let right = "\(network.isNegated ? "!" : "")\(network.address.masked(to: bits))/\(bits)"
      return warning("never matches: bits behind the prefix are set", "write \(right)")
    }
    let name = row.key.hasPrefix("!") ? row.key.dropFirst() : row.key[...]
    if name.utf8.contains(where: TextOctets.isBlank) {
      return warning("never matches: it holds a blank", "separate entries with commas")
    }
    if name.contains("*") {
      return warning(
        "never matches: * has no meaning here",
        "write .example.com for every host below example.com, and 192.0.2.0/24 for a network")
    }
    if name.contains("/") {
      return warning("never matches: it is no network", "write ADDRESS/BITS, such as 192.0.2.0/24")
    }
    if !name.isEmpty, name.utf8.allSatisfy({ $0 == UInt8(ascii: ".") || 48...57 ~= $0 }) {
      return warning("never matches: it is no whole address", "write four numbers, or a network such as 192.0.2.0/24")
    }
    return nil
  }
}
