internal import DKIMCore

extension KeyTable {
  /// Rows that make no sense (errors), and rows that are never found.
  public func problems() async -> [ConfigurationProblem] {
    var problems = ProblemList()
    for row in (try? await set.allRows()) ?? [] {
      do throws(KeyTableError) {
        let fields = try KeyTableFields(row, name: row.key)
        _ = try fields.selectorName()
        try fields.checkDomain()
        if let problem = Self.problem(of: fields) { problems.add(problem) }
      } catch {
        guard case .corrupt(let name, let why, _) = error else { continue }
        problems.add(
          ConfigurationProblem(
            .error, at: row.place, "KeyTable entry for '\(TextOctets.shown(name))' corrupt: \(why)",
            fix: "write NAME DOMAIN:SELECTOR:/PATH/TO/KEY"))
      }
    }
    problems.add(await set.problems())
    return problems.all
  }

  private static func problem(of fields: KeyTableFields) -> ConfigurationProblem? {
    guard !KeyTableFields.isPath(fields.key) else { return nil }
    // Slashes are base64 too; a dot, or an ending that is none of base64, is not.
    if TextOctets.contains(fields.key, "."), !KeyTableFields.mayBeKey(fields.key), !fields.key.contains("-----BEGIN") {
      let shown = TextOctets.shown(fields.key, limit: 40)
      return ConfigurationProblem(
        .error, at: fields.place, "\"\(shown)\" is no key, and a path only with /, ./ or ../ before it",
        fix: "write ./\(shown), or the whole path")
    }
    do throws(SigningKeyError) {
      _ = try SigningKey(Array(fields.key.utf8))
      return nil
    } catch {
      return ConfigurationProblem(
        .error, at: fields.place, "a key of \(fields.key.utf8.count) octets in the KeyTable cannot be used: \(error)")
    }
  }
}
