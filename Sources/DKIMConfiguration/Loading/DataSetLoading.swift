/// Opening what settings name.
extension ConfigurationDraft {
  /// The data set of a setting; `nil` where it is not set, or cannot be opened, which is a problem.
  mutating func set(_ name: String, caseSensitive: Bool = false) async -> (any DataSet)? {
    guard let text = settings.text(name) else { return nil }
    var options = settings.dataSetOptions
    options.caseSensitive = caseSensitive
    do throws(DataSetOpenError) {
      let set = try await DataSets.open(text, place: settings.place(name), options: options, drivers: drivers)
      if let problem = set.startProblem {
        complain(.warning, about: name, "\(name) \"\(set.specification)\" \(problem)", fix: "start its server")
      }
      // Rows of others are looked through by `-n` alone; what can be told without them is told at each start.
      if set.asksServer { problems.add(await set.problems()) }
      sets[name] = set
      return set
    } catch {
      let problem = error.problem
      problems.add(
        ConfigurationProblem(problem.severity, at: problem.place, "\(name) \(problem.text)", fix: problem.fix))
      return nil
    }
  }

  mutating func members(_ name: String) async -> MembershipList? {
    await set(name).map { MembershipList($0) }
  }

  mutating func hosts(_ name: String) async -> HostList? {
    await set(name).map { HostList($0) }
  }

  /// Every row of a set that has to be known as a whole; `nil` where there is none.
  mutating func rows(_ name: String, caseSensitive: Bool = false) async -> [DataSetRow]? {
    guard let set = await set(name, caseSensitive: caseSensitive) else { return nil }
    do throws(DataSetError) {
      return try await set.allRows()
    } catch {
      complain(
        about: name, "\"\(set.specification)\": invalid data set type for \(name): \(error)",
        fix: "write a list, or name a file")
      return nil
    }
  }

  /// The keys of such a set.
  mutating func names(_ name: String) async -> [String]? {
    await rows(name).map { $0.map(\.key) }
  }

  /// Names of header fields, without patterns.
  mutating func fieldNames(_ name: String) async -> [String]? {
    guard let rows = await rows(name) else { return nil }
    for row in rows where !FieldNameText.isName(row.key) {
      problems.add(
        ConfigurationProblem(
          .error, at: row.place ?? settings.place(name),
          "\(name): \(SettingText.shown(row.key)) is no name of a header field"))
    }
    return rows.map(\.key)
  }
}

enum FieldNameText {
  /// Printable ASCII but the colon; `*` too is left to patterns. // RFC 5322 §3.6.8
  static func isName(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: "*") }
  }
}
