internal import DKIMCore

/// What `-e` and `--help-config` print.
package enum SettingQuery {
  /// The text to print and the exit status. The text is for standard output if the status is 0, and otherwise for
  /// standard error.
  package struct Output: Sendable, Hashable {
    package let text: String
    /// sysexits(3)
    package let exitStatus: Int32
  }

  /// Returns the value for `-e NAME`: each occurrence on a line of its own; booleans as True and False, numbers in
  /// decimal.
  ///
  /// The status is 0 if the setting has a value, 65 if there is no setting with this name, and 78 if it is not set.
  package static func value(of name: String, in settings: Settings) -> Output {
    guard let definition = SettingTable.definition(of: name) else { return unknown(name) }
    let entries = settings.entries(named: name)
    guard !entries.isEmpty else { return Output(text: "", exitStatus: 78) }
    let lines = entries.map { entry in
      switch definition.kind {
      case .flag: SettingValue.flag(entry.value) == true ? "True" : "False"
      case .integer: SettingValue.integer(entry.value).map { "\($0)" } ?? entry.value
      case .text, .path, .dataSet, .action, .choice: entry.value
      }
    }
    return Output(text: lines.map { $0 + "\n" }.joined(), exitStatus: 0)
  }

  /// Returns the text for `--help-config [NAME]`: a list with one line per setting, or the description of one setting.
  package static func help(_ name: String? = nil, parts: BuildParts = .current) -> Output {
    guard let name else {
      let width = SettingTable.all.map(\.name.utf8.count).max() ?? 0
      let lines = SettingTable.all.map { definition in
        definition.name + String(repeating: " ", count: width + 2 - definition.name.utf8.count)
          + (definition.status.mark(parts).map { "(\($0)) " } ?? "") + definition.meaning
      }
      let counts =
        "\(SettingTable.counts(parts: parts)) (from OpenDKIM); "
        + "\(SettingTable.counts(additional: true, parts: parts).total) additional settings"
      return Output(text: (lines + ["", counts]).map { $0 + "\n" }.joined(), exitStatus: 0)
    }
    guard let definition = SettingTable.definition(of: name) else { return unknown(name) }
    return Output(text: description(of: definition, parts), exitStatus: 0)
  }

  private static func description(of definition: SettingDefinition, _ parts: BuildParts) -> String {
    var lines = ["\(definition.name) \(definition.kind.placeholder)", "  " + definition.meaning]
    if let text = definition.defaultText { lines.append("  default: \(text)") }
    if let flag = definition.flag { lines.append("  on the command line: \(flag)") }
    lines.append("  a change needs \(definition.isReloadable ? "a reload" : "a restart")")
    if let why = definition.status.sentence(parts) { lines.append("  " + why) }
    if definition.isAdditional { lines.append("  not available in OpenDKIM") }
    return lines.map { $0 + "\n" }.joined()
  }

  private static func unknown(_ name: String) -> Output {
    let nearest = SettingTable.nearestName(to: name).map { "; did you mean \($0)?" } ?? ""
    return Output(text: "\(PrintableText.quoted(name)): unrecognized parameter\(nearest)\n", exitStatus: 65)
  }
}

extension SettingStatus {
  /// The mark in lists of settings; `nil` for a setting that works.
  func mark(_ parts: BuildParts) -> String? {
    switch self {
    case .working: nil
    case .accepted: "no effect"
    case .refused: "refused"
    case .needs(let part, let otherwise, _):
      parts.names.contains(part) ? nil : otherwise == .noEffect ? "no effect" : "refused"
    }
  }

  /// Why a setting has no effect or is refused; `nil` for a setting that works.
  func sentence(_ parts: BuildParts) -> String? {
    switch self {
    case .working: nil
    case .accepted(let why): "accepted without effect: \(why)"
    case .refused(let why): "refused: \(why)"
    case .needs(let part, let otherwise, let why):
      parts.names.contains(part)
        ? nil : (otherwise == .noEffect ? "accepted without effect" : "refused") + " in this build: \(why)"
    }
  }
}

extension SettingKind {
  /// The form of the value, as it follows the name of the setting in the manual page.
  var placeholder: String {
    switch self {
    case .flag: "(yes | no)"
    case .integer: "(number)"
    case .text(let form): "(\(form))"
    case .path: "(path)"
    case .dataSet: "(data set)"
    case .action: "(" + ConfiguredAction.allCases.map(\.rawValue).joined(separator: " | ") + ")"
    case .choice(let words): "(" + words.joined(separator: " | ") + ")"
    }
  }
}
