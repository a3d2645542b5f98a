/// What is known of a setting: one row of ``SettingTable``.
public struct SettingDefinition: Sendable, Hashable {
  /// As opendkim.conf(5) spells it; compared without regard to letter case.
  public let name: String
  public let kind: SettingKind
  /// What holds where the setting is not given, as it would be written; `nil` where nothing does.
  public let defaultText: String?
  /// The option of the command line that does the same, such as `-A`.
  public let flag: String?
  /// False where a change needs a restart.
  public let isReloadable: Bool
  public let status: SettingStatus
  /// What it does, in a sentence.
  public let meaning: String
  /// True where OpenDKIM does not have it.
  public let isOurs: Bool

  init(
    _ name: String, _ kind: SettingKind, default defaultText: String? = nil, flag: String? = nil, reload: Bool = true,
    _ status: SettingStatus, ours: Bool = false, _ meaning: String
  ) {
    self.name = name
    self.kind = kind
    self.defaultText = defaultText
    self.flag = flag
    isReloadable = reload
    self.status = status
    self.meaning = meaning
    isOurs = ours
  }

  /// A setting that works.
  init(
    _ name: String, _ kind: SettingKind, default defaultText: String? = nil, flag: String? = nil, reload: Bool = true,
    ours: Bool = false, _ meaning: String
  ) {
    self.init(name, kind, default: defaultText, flag: flag, reload: reload, .working, ours: ours, meaning)
  }
}

/// What a value looks like.
public enum SettingKind: Sendable, Hashable {
  /// Begins with T, Y or 1 for yes, with F, N or 0 for no.
  case flag
  /// A number in C notation: `10`, `0x400`, `0700`.
  case integer
  /// Any text; the string says which form it has.
  case text(String)
  /// The path of a file or a directory.
  case path
  /// A data set: `csl:`, `file:`, `refile:`, …
  case dataSet
  /// What to do with a message.
  case action
  /// One of these words.
  case choice([String])
}

extension SettingKind: CustomStringConvertible {
  public var description: String {
    switch self {
    case .flag: "yes or no"
    case .integer: "number"
    case .text(let form): form
    case .path: "path"
    case .dataSet: "data set"
    case .action: "action"
    case .choice(let words): words.joined(separator: ", ")
    }
  }
}

/// What becomes of a setting.
public enum SettingStatus: Sendable, Hashable {
  /// Does what it says.
  case working
  /// Taken and without effect; nothing that happens to mail depends on it. The string says why.
  case accepted(String)
  /// Not taken, because mail would be treated otherwise than it asks for. The string says why.
  case refused(String)
  /// Needs a part of the program that not every build has. Without it: as `otherwise` says.
  case needs(part: String, otherwise: Absence, String)

  public enum Absence: Sendable, Hashable {
    /// The program starts, with a note.
    case noted
    /// The program does not start.
    case refused
  }
}
