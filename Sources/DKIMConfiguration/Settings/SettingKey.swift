/// A setting with the type of its value: its row of ``SettingTable``, its default, and the part of the
/// ``Configuration`` that it sets.
///
/// If a key has a target, the default is the value of the target in a new configuration, so that each default exists
/// once. Loading stores the value in the target. Keys without a target are for settings whose values are checked or
/// combined with others; `ConfigurationDraft` loads these.
package struct SettingKey<Value: SettingContent>: SettingRow {
  package typealias Target = WritableKeyPath<Configuration, Value> & Sendable

  package let definition: SettingDefinition
  /// The value if the setting is not given.
  let defaultValue: Value
  private let target: (any Target)?

  package var hasTarget: Bool { target != nil }

  /// Defines a setting whose value is stored in the configuration.
  init(
    _ name: String, kind: SettingKind = Value.settingKind, into target: any Target, flag: String? = nil,
    reload: Bool = true, status: SettingStatus = .working, additional: Bool = false, _ meaning: String
  ) {
    let path: WritableKeyPath<Configuration, Value> = target
    defaultValue = Configuration.standard[keyPath: path]
    self.target = target
    definition = SettingDefinition(
      name, kind, default: defaultValue.settingText, flag: flag, reload: reload, status, additional: additional, meaning
    )
  }

  /// Defines a setting that is loaded by hand.
  init(
    _ name: String, kind: SettingKind = Value.settingKind, default defaultValue: Value, flag: String? = nil,
    reload: Bool = true, status: SettingStatus = .working, additional: Bool = false, _ meaning: String
  ) {
    self.defaultValue = defaultValue
    target = nil
    definition = SettingDefinition(
      name, kind, default: defaultValue.settingText, flag: flag, reload: reload, status, additional: additional, meaning
    )
  }

  /// Defines a setting that is loaded by hand, and whose value is `nil` if it is not given.
  ///
  /// - Parameter effect: the value that has the same effect as not giving the setting, for the documentation.
  init(
    _ name: String, kind: SettingKind = Value.settingKind, unset effect: String? = nil, flag: String? = nil,
    reload: Bool = true, status: SettingStatus = .working, additional: Bool = false, _ meaning: String
  ) where Value: ExpressibleByNilLiteral {
    defaultValue = nil
    target = nil
    definition = SettingDefinition(
      name, kind, default: effect, flag: flag, reload: reload, status, additional: additional, meaning)
  }

  package func store(_ text: String, in configuration: inout Configuration) {
    guard let target, let value = Value(setting: text) else { return }
    let path: WritableKeyPath<Configuration, Value> = target
    configuration[keyPath: path] = value
  }
}

/// A row of ``SettingTable``: a ``SettingKey``, or the ``SettingDefinition`` of a setting without effect.
package protocol SettingRow: Sendable {
  var definition: SettingDefinition { get }
  /// True if ``store(_:in:)`` does something.
  var hasTarget: Bool { get }
  /// Stores the value in the part of the configuration that the setting is for.
  /// - Parameter text: a valid value.
  func store(_ text: String, in configuration: inout Configuration)
}

extension SettingRow {
  /// The name as opendkim.conf(5) spells it.
  package var name: String { definition.name }
}

extension SettingDefinition: SettingRow {
  package var definition: SettingDefinition { self }
  package var hasTarget: Bool { false }
  package func store(_ text: String, in configuration: inout Configuration) {}
}

/// The keys of all settings that have an effect, in the files of the folder `Table`.
///
/// To add a setting, define its key with the property of ``Configuration`` that it sets, and add the key to the group
/// of its file.
package enum Setting {}
