internal import DKIMCore

extension SigningTable {
  /// Returns rows without a key name (errors), and rows that probably do not do what was intended (warnings).
  ///
  /// - Parameter everyRowCounts: true with `MultipleSignatures`, where several rows may have the same senders and
  ///   different keys.
  package func problems(everyRowCounts: Bool = false) async -> [ConfigurationProblem] {
    var problems = ProblemList()
    for row in (try? await set.allRows()) ?? [] {
      if let problem = valueProblem(of: row) { problems.add(problem) }
      if let problem = set.matchesPatterns ? patternProblem(of: row) : keyProblem(of: row) { problems.add(problem) }
    }
    if let patterns = set as? PatternDataSet {
      problems.add(patterns.problems(everyRowCounts: everyRowCounts))
    } else {
      problems.add(await set.problems())
    }
    return problems.all
  }

  /// Returns rows that name a key that is not in the KeyTable (errors), and identities outside the domain of their key
  /// (warnings).
  ///
  /// Returns no problems if one of the tables cannot list or look up its rows.
  package func problems(against keys: KeyTable) async -> [ConfigurationProblem] {
    guard let rows = try? await set.allRows() else { return [] }
    var problems = ProblemList()
    var known: [String: KeyName] = [:]
    for row in rows {
      let fields = row.fields(2)
      guard let name = fields.first ?? nil, !name.isEmpty, name != "%" else { continue }
      let key: KeyName
      if let found = known[name] {
        key = found
      } else {
        guard let found = await keys.keyName(name) else { return problems.all }
        key = found
        known[name] = found
      }
      if let problem = Self.problem(of: row, name, key, signer: fields.count > 1 ? fields[1] : nil) {
        problems.add(problem)
      }
    }
    return problems.all
  }

  /// The result of looking up a key name in a KeyTable.
  enum KeyName {
    case missing
    case corrupt
    /// The row exists; its domain as it is written, `%` for the sender's domain.
    case domain(String)
  }

  private static func problem(
    of row: DataSetRow, _ name: String, _ key: KeyName, signer: String?
  ) -> ConfigurationProblem? {
    let shown = PrintableText.beginning(of: name)
    switch key {
    case .missing:
      return ConfigurationProblem(
        .error, at: row.location, "signing table references unknown key '\(shown)'",
        fix: "add a row \"\(shown) DOMAIN:SELECTOR:KEY\" to the KeyTable, or correct the name")
    // The check of the KeyTable reports what is wrong with the row.
    case .corrupt: return nil
    case .domain(let domain):
      guard let signer, !signer.isEmpty, domain != "%", !TextBytes.contains(signer, "%") else { return nil }
      let at = signer.lastIndex(of: "@").map { signer.index(after: $0) } ?? signer.startIndex
      let identity = TextBytes.folded(String(signer[at...]))
      let name = TextBytes.folded(domain)
      guard identity != name, !identity.hasSuffix("." + name) else { return nil }
      return ConfigurationProblem(
        .warning, at: row.location,
        "the identity \(PrintableText.quoted(signer)) is not in \(PrintableText.quoted(domain)), the domain of the key "
          + "'\(shown)': signatures are made without i=",
        fix: "write an identity in \(PrintableText.beginning(of: domain)) or one of its subdomains")
    }
  }

  private func valueProblem(of row: DataSetRow) -> ConfigurationProblem? {
    let fields = row.fields(2)
    let shown = PrintableText.beginning(of: row.key)
    guard let name = fields.first ?? nil, !name.isEmpty else {
      return ConfigurationProblem(
        .error, at: row.location, "the row \"\(shown)\" names no key; expected \"\(shown) KEYNAME\"",
        fix: "add the name of a row of the KeyTable after it")
    }
    guard fields.count > 1, let signer = fields[1], !signer.isEmpty, !TextBytes.contains(signer, "@") else {
      return nil
    }
    return ConfigurationProblem(
      .note, at: row.location, "the signer \(PrintableText.quoted(signer)) has no @ and is treated as \"@\(signer)\"",
      fix: "write @\(PrintableText.beginning(of: signer))")
  }

  private func patternProblem(of row: DataSetRow) -> ConfigurationProblem? {
    let isPlain = row.key.utf8.allSatisfy { $0 >= 0x80 || TextBytes.isNamePart($0) }
    guard isPlain, !TextBytes.contains(row.key, "@") else { return nil }
    let domain = row.key.hasPrefix(".") ? "*\(row.key)" : row.key
    return ConfigurationProblem(
      .warning, at: row.location,
      "the pattern \(PrintableText.quoted(row.key)) never matches: patterns are matched against USER@DOMAIN",
      fix: "write *@\(PrintableText.beginning(of: domain))")
  }

  private func keyProblem(of row: DataSetRow) -> ConfigurationProblem? {
    let shown = PrintableText.beginning(of: row.key)
    if row.key.hasPrefix("@") {
      return ConfigurationProblem(
        .warning, at: row.location, "\"\(shown)\" never matches: there is no mailbox before the @",
        fix: "write \(PrintableText.beginning(of: String(row.key.dropFirst())))")
    }
    guard TextBytes.contains(row.key, "*"), row.key != "*",
      TextBytes.contains(row.key.dropLast(row.key.hasSuffix("@*") ? 2 : 0), "*")
    else { return nil }
    return ConfigurationProblem(
      .warning, at: row.location, "\"\(shown)\" never matches: this data set does not support patterns",
      fix: (Self.withoutStar(row.key).map { "write \(PrintableText.beginning(of: $0)), or " } ?? "")
        + "write refile: before the path of the table")
  }

  /// The row with the same meaning in a table without patterns; `nil` if there is none.
  static func withoutStar(_ key: String) -> String? {
    guard key.hasPrefix("*@") else { return nil }
    let domain = String(key.dropFirst(2))
    if domain.hasPrefix("*.") { return domain.dropFirst().contains("*") ? nil : String(domain.dropFirst()) }
    return domain.contains("*") ? nil : domain
  }
}

extension TextBytes {
  /// True for letters, digits, hyphens, dots and underscores.
  static func isNamePart(_ byte: UInt8) -> Bool {
    ASCII.isAlphanumeric(byte) || "-._".utf8.contains(byte)
  }
}

extension KeyTable {
  /// Looks up a key name; `nil` if the lookup fails.
  func keyName(_ name: String) async -> SigningTable.KeyName? {
    let row: DataSetRow?
    do throws(DataSetError) { row = try await set.rows(for: name, all: false).first } catch { return nil }
    guard let row else { return .missing }
    guard let fields = try? KeyTableFields(row, name: name) else { return .corrupt }
    return .domain(fields.domain)
  }
}
