internal import DKIMCore

/// Opening the data sets that settings name.
extension ConfigurationDraft {
  /// Opens the data set of a setting. Returns `nil` if the setting is not given, or if opening fails; that is reported.
  mutating func openDataSet(_ setting: SettingKey<DataSetText?>, caseSensitive: Bool = false) async -> (any DataSet)? {
    guard let text = settings[setting]?.text else { return nil }
    var options = configuration.dataSets
    options.caseSensitive = caseSensitive
    do throws(DataSetOpenError) {
      let set = try await DataSets.open(text, location: settings.location(setting), options: options, drivers: drivers)
      if let problem = set.startProblem {
        report(
          .warning, about: setting, "\(setting.name) \"\(set.specification)\" \(problem)", fix: "start its server")
      }
      // Problems of a server's data set that can be found without its rows are reported at each start. The rows of
      // other sets are checked only by `-n`.
      if set.asksServer { problems.add(await set.problems()) }
      sets[setting.name] = set
      return set
    } catch {
      let problem = error.problem
      problems.add(
        ConfigurationProblem(
          problem.severity, at: problem.location, "\(setting.name) \(problem.text)", fix: problem.fix))
      return nil
    }
  }

  mutating func members(_ setting: SettingKey<DataSetText?>) async -> MembershipList? {
    await openDataSet(setting).map { MembershipList($0) }
  }

  mutating func hosts(_ setting: SettingKey<DataSetText?>) async -> HostList? {
    await openDataSet(setting).map { HostList($0) }
  }

  /// Returns all rows of a data set that must be known as a whole; `nil` if there is no data set.
  mutating func rows(_ setting: SettingKey<DataSetText?>, caseSensitive: Bool = false) async -> [DataSetRow]? {
    guard let set = await openDataSet(setting, caseSensitive: caseSensitive) else { return nil }
    do throws(DataSetError) {
      return try await set.allRows()
    } catch {
      report(
        about: setting, "\"\(set.specification)\": invalid data set type for \(setting.name): \(error)",
        fix: "write the entries as a list, or put them in a file")
      return nil
    }
  }

  /// Returns the keys of a data set that must be known as a whole.
  mutating func names(_ setting: SettingKey<DataSetText?>) async -> [String]? {
    await rows(setting).map { $0.map(\.key) }
  }

  /// Returns the header field names in a data set that must not contain patterns.
  mutating func fieldNames(_ setting: SettingKey<DataSetText?>) async -> [HeaderFieldName]? {
    guard let rows = await rows(setting) else { return nil }
    var names: [HeaderFieldName] = []
    for row in rows {
      // An asterisk is valid in a name, but here it is a pattern that was written by mistake.
      if let name = try? HeaderFieldName(row.key), !row.key.utf8.contains(UInt8(ascii: "*")) {
        names.append(name)
        continue
      }
      problems.add(
        ConfigurationProblem(
          .error, at: row.location ?? settings.location(setting),
          "\(setting.name): \(PrintableText.quoted(row.key)) is not a valid header field name",
          fix: "write names without a colon or spaces, separated by commas"))
    }
    return names
  }
}
