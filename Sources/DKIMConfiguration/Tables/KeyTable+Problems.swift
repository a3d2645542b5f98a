internal import DKIMCore

extension KeyTable {
  /// Returns invalid rows (errors), and problems of the data set such as duplicates.
  package func problems() async -> [ConfigurationProblem] {
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
            .error, at: row.location, "KeyTable entry for '\(PrintableText.beginning(of: name))' corrupt: \(why)",
            fix: "write NAME DOMAIN:SELECTOR:/PATH/TO/KEY"))
      }
    }
    problems.add(await set.problems())
    return problems.all
  }

  private static func problem(of fields: KeyTableFields) -> ConfigurationProblem? {
    guard !KeyTableFields.isPath(fields.key) else { return nil }
    // A slash may be base64. A dot cannot, so a short text with a dot is a relative path without "./".
    if TextBytes.contains(fields.key, "."), !KeyTableFields.mayBeKey(fields.key), !fields.key.contains("-----BEGIN") {
      let shown = PrintableText.beginning(of: fields.key, characters: 40)
      return ConfigurationProblem(
        .error, at: fields.location, "\"\(shown)\" is not a key, and a path must start with /, ./ or ../",
        fix: "write ./\(shown), or the absolute path")
    }
    do throws(SigningKeyError) {
      _ = try SigningKey(Array(fields.key.utf8))
      return nil
    } catch {
      return ConfigurationProblem(
        .error, at: fields.location,
        "the key of \(fields.key.utf8.count) bytes in the KeyTable is invalid: \(error.textWithFix)")
    }
  }
}
