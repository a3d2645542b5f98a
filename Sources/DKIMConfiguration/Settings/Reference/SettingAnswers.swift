/// What `-e` and `--help-config` print.
public enum SettingAnswers {
  /// A text for standard output, or with an exit status other than 0 for standard error, and that status.
  public struct Answer: Sendable, Hashable {
    public let text: String
    /// sysexits(3)
    public let exitStatus: Int32
  }

  /// `-e NAME`: the value, each occurrence on a line of its own; booleans as True and False, numbers in decimal.
  ///
  /// The status is 0 where there is one, 65 where there is no such setting, 78 where it is not given.
  public static func value(of name: String, in settings: Settings) -> Answer {
    guard let definition = SettingTable.definition(of: name) else { return unknown(name) }
    let entries = settings.entries(named: name)
    guard !entries.isEmpty else { return Answer(text: "", exitStatus: 78) }
    let lines = entries.map { entry in
      switch definition.kind {
      case .flag: SettingValue.flag(entry.value) == true ? "True" : "False"
      case .integer: SettingValue.integer(entry.value).map { "\($0)" } ?? entry.value
      case .text, .path, .dataSet, .action, .choice: entry.value
      }
    }
    return Answer(text: lines.map { $0 + "\n" }.joined(), exitStatus: 0)
  }

  /// `--help-config [NAME]`: all settings in a line each, or one of them at length.
  public static func help(_ name: String? = nil, parts: BuildParts = .current) -> Answer {
    guard let name else {
      let width = SettingTable.all.map(\.name.utf8.count).max() ?? 0
      let lines = SettingTable.all.map { definition in
        definition.name + String(repeating: " ", count: width + 2 - definition.name.utf8.count)
          + (definition.status.mark(parts).map { "(\($0)) " } ?? "") + definition.meaning
      }
      let counts =
        "\(SettingTable.counts(parts: parts)) of OpenDKIM; "
        + "\(SettingTable.counts(ours: true, parts: parts).total) of our own"
      return Answer(text: (lines + ["", counts]).map { $0 + "\n" }.joined(), exitStatus: 0)
    }
    guard let definition = SettingTable.definition(of: name) else { return unknown(name) }
    return Answer(text: atLength(definition, parts), exitStatus: 0)
  }

  private static func atLength(_ definition: SettingDefinition, _ parts: BuildParts) -> String {
    var lines = ["\(definition.name) \(definition.kind.placeholder)", "  " + definition.meaning]
    if let text = definition.defaultText { lines.append("  default: \(text)") }
    if let flag = definition.flag { lines.append("  on the command line: \(flag)") }
    lines.append("  a change needs \(definition.isReloadable ? "a reload" : "a restart")")
    if let why = definition.status.sentence(parts) { lines.append("  " + why) }
    if definition.isOurs { lines.append("  OpenDKIM does not know it") }
    return lines.map { $0 + "\n" }.joined()
  }

  private static func unknown(_ name: String) -> Answer {
    let nearest = SettingTable.nearestName(to: name).map { "; did you mean \($0)?" } ?? ""
    return Answer(text: "\(SettingText.shown(name)): unrecognized parameter\(nearest)\n", exitStatus: 65)
  }
}

extension SettingStatus {
  /// A word for lists; `nil` for what works.
  func mark(_ parts: BuildParts) -> String? {
    switch self {
    case .working: nil
    case .accepted: "no effect"
    case .refused: "refused"
    case .needs(let part, let otherwise, _):
      parts.names.contains(part) ? nil : otherwise == .noted ? "no effect" : "refused"
    }
  }

  /// `nil` for what works.
  func sentence(_ parts: BuildParts) -> String? {
    switch self {
    case .working: nil
    case .accepted(let why): "accepted without effect: \(why)"
    case .refused(let why): "refused: \(why)"
    case .needs(let part, let otherwise, let why):
      parts.names.contains(part)
        ? nil : (otherwise == .noted ? "accepted without effect" : "refused") + " without the part \(part): \(why)"
    }
  }
}

extension SettingKind {
  /// What stands behind the name in a line of a manual.
  var placeholder: String {
    switch self {
    case .flag: "(yes | no)"
    case .integer: "(number)"
    case .text(let form): "(\(form))"
    case .path: "(path)"
    case .dataSet: "(data set)"
    case .action: "(" + Action.allCases.map(\.rawValue).joined(separator: " | ") + ")"
    case .choice(let words): "(" + words.joined(separator: " | ") + ")"
    }
  }
}
