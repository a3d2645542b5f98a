extension SigningTable {
  /// Rows that name no key (errors), and rows that hardly mean what they say.
  ///
  /// - Parameter everyRowCounts: `MultipleSignatures`: the same senders may stand in several rows, with other keys.
  public func problems(everyRowCounts: Bool = false) async -> [ConfigurationProblem] {
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

  /// Rows that name a key which the KeyTable does not have or has in disorder (errors), and identities outside the
  /// domain of their key. Nothing where one of the tables cannot list or look up its rows.
  public func problems(against keys: KeyTable) async -> [ConfigurationProblem] {
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

  /// What a KeyTable says of a name.
  enum KeyName {
    case missing
    case corrupt
    /// The domain as it is written, `%` for the sender's.
    case domain(String)
  }

  private static func problem(
    of row: DataSetRow, _ name: String, _ key: KeyName, signer: String?
  ) -> ConfigurationProblem? {
    let shown = TextOctets.shown(name)
    switch key {
    case .missing:
      return ConfigurationProblem(
        .error, at: row.place, "signing table references unknown key '\(shown)'",
        fix: "add a row \"\(shown) DOMAIN:SELECTOR:KEY\" to the KeyTable, or correct the name")
    // The KeyTable's own problems tell what is wrong.
    case .corrupt: return nil
    case .domain(let domain):
      guard let signer, !signer.isEmpty, domain != "%", !TextOctets.contains(signer, "%") else { return nil }
      let at = signer.lastIndex(of: "@").map { signer.index(after: $0) } ?? signer.startIndex
      let identity = TextOctets.folded(String(signer[at...]))
      let name = TextOctets.folded(domain)
      guard identity != name, !identity.hasSuffix("." + name) else { return nil }
      return ConfigurationProblem(
        .warning, at: row.place,
        "the identity \"\(TextOctets.shown(signer))\" is not within \"\(TextOctets.shown(domain))\", the domain of "
          + "the key '\(shown)': i= is left out", fix: "name an identity at \(TextOctets.shown(domain)) or below it")
    }
  }

  private func valueProblem(of row: DataSetRow) -> ConfigurationProblem? {
    let fields = row.fields(2)
    let shown = TextOctets.shown(row.key)
    guard let name = fields.first ?? nil, !name.isEmpty else {
      return ConfigurationProblem(
        .error, at: row.place, "the row \"\(shown)\" names no key; expected \"\(shown) KEYNAME\"",
        fix: "write the name of a row of the KeyTable behind it")
    }
    guard fields.count > 1, let signer = fields[1], !signer.isEmpty, !TextOctets.contains(signer, "@") else {
      return nil
    }
    return ConfigurationProblem(
      .note, at: row.place, "the signer \"\(TextOctets.shown(signer))\" has no @ and is taken as \"@\(signer)\"",
      fix: "write @\(TextOctets.shown(signer))")
  }

  private func patternProblem(of row: DataSetRow) -> ConfigurationProblem? {
    let isPlain = row.key.utf8.allSatisfy { $0 >= 0x80 || TextOctets.isNamePart($0) }
    guard isPlain, !TextOctets.contains(row.key, "@") else { return nil }
    let domain = row.key.hasPrefix(".") ? "*\(row.key)" : row.key
    return ConfigurationProblem(
      .warning, at: row.place,
      "the pattern \"\(TextOctets.shown(row.key))\" never matches: a sender is USER@DOMAIN",
      fix: "write *@\(TextOctets.shown(domain))")
  }

  private func keyProblem(of row: DataSetRow) -> ConfigurationProblem? {
    let shown = TextOctets.shown(row.key)
    if row.key.hasPrefix("@") {
      return ConfigurationProblem(
        .warning, at: row.place, "\"\(shown)\" never matches: nothing stands before the @",
        fix: "write \(TextOctets.shown(String(row.key.dropFirst())))")
    }
    guard TextOctets.contains(row.key, "*"), row.key != "*",
      TextOctets.contains(row.key.dropLast(row.key.hasSuffix("@*") ? 2 : 0), "*")
    else { return nil }
    return ConfigurationProblem(
      .warning, at: row.place, "\"\(shown)\" never matches: this data set is no pattern table",
      fix: (Self.withoutStar(row.key).map { "write \(TextOctets.shown($0)), or " } ?? "")
        + "write refile: before the path")
  }

  /// What says the same in a plain table; `nil` where nothing does.
  static func withoutStar(_ key: String) -> String? {
    guard key.hasPrefix("*@") else { return nil }
    let domain = String(key.dropFirst(2))
    if domain.hasPrefix("*.") { return domain.dropFirst().contains("*") ? nil : String(domain.dropFirst()) }
    return domain.contains("*") ? nil : domain
  }
}

extension TextOctets {
  /// Letters, digits and what else domain names have.
  static func isNamePart(_ octet: UInt8) -> Bool {
    48...57 ~= octet || 97...122 ~= octet | 0x20 || octet == 0x2D || octet == 0x2E || octet == 0x5F
  }
}

extension KeyTable {
  /// `nil` where the table cannot be asked.
  func keyName(_ name: String) async -> SigningTable.KeyName? {
    let row: DataSetRow?
    do throws(DataSetError) { row = try await set.rows(for: name, all: false).first } catch { return nil }
    guard let row else { return .missing }
    guard let fields = try? KeyTableFields(row, name: name) else { return .corrupt }
    return .domain(fields.domain)
  }
}
