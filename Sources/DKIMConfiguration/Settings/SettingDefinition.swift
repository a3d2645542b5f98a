/// The definition of a setting: a row of ``SettingTable``.
package struct SettingDefinition: Sendable, Hashable {
  /// The name as opendkim.conf(5) spells it. Letter case is ignored in comparisons.
  package let name: String
  package let kind: SettingKind
  /// The default, as it would be written in a file; `nil` if there is none.
  package let defaultText: String?
  /// The command-line option with the same effect, such as `-A`; `nil` if there is none.
  package let flag: String?
  /// True if a reload applies a change; false if a change needs a restart.
  package let isReloadable: Bool
  package let status: SettingStatus
  /// What the setting does, in a sentence.
  package let meaning: String
  /// True if OpenDKIM does not have the setting.
  package let isAdditional: Bool

  init(
    _ name: String, _ kind: SettingKind, default defaultText: String? = nil, flag: String? = nil, reload: Bool = true,
    _ status: SettingStatus, additional: Bool = false, _ meaning: String
  ) {
    self.name = name
    self.kind = kind
    self.defaultText = defaultText
    self.flag = flag
    isReloadable = reload
    self.status = status
    self.meaning = meaning
    isAdditional = additional
  }

  /// Defines a setting that works.
  init(
    _ name: String, _ kind: SettingKind, default defaultText: String? = nil, flag: String? = nil, reload: Bool = true,
    additional: Bool = false, _ meaning: String
  ) {
    self.init(name, kind, default: defaultText, flag: flag, reload: reload, .working, additional: additional, meaning)
  }
}

/// The form of a setting's value.
package enum SettingKind: Sendable, Hashable {
  /// Starts with T, Y or 1 for yes, or with F, N or 0 for no.
  case flag
  /// A number in C notation: `10`, `0x400`, `0700`.
  case integer
  /// Any text; the string describes its form.
  case text(String)
  /// The path of a file or a directory.
  case path
  /// A data set: `csl:`, `file:`, `refile:`, …
  case dataSet
  /// An action on a message.
  case action
  /// One of these words.
  case choice([String])
}

extension SettingKind: CustomStringConvertible {
  package var description: String {
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

/// Whether a setting is supported.
package enum SettingStatus: Sendable, Hashable {
  /// The setting works.
  case working
  /// The setting is accepted, but has no effect; it does not change what happens to mail. The string says why.
  case accepted(String)
  /// The setting is an error, because ignoring it would change what happens to mail. The string says why.
  case refused(String)
  /// The setting needs an optional part that not every build has. `otherwise` is the effect in builds without it.
  case needs(part: String, otherwise: Absence, String)

  /// The effect of a setting in a build without the part it needs.
  package enum Absence: Sendable, Hashable {
    /// The program starts, reports a note, and ignores the setting.
    case noEffect
    /// The program does not start.
    case refused
  }
}
