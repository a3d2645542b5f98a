package import DKIMCore

/// A type of values that settings have.
package protocol SettingContent: Sendable {
  /// The usual kind of settings with this type of value.
  static var settingKind: SettingKind { get }

  /// Parses a value; `nil` if it is invalid.
  init?(setting text: String)

  /// The value as it would be written in a file; `nil` for no value.
  var settingText: String? { get }
}

extension Bool: SettingContent {
  package static var settingKind: SettingKind { .flag }

  package init?(setting text: String) {
    guard let value = SettingValue.flag(text) else { return nil }
    self = value
  }

  package var settingText: String? { self ? "yes" : "no" }
}

/// A type of numbers that settings have.
package protocol SettingNumber: SettingContent, FixedWidthInteger {}

extension SettingNumber {
  package static var settingKind: SettingKind { .integer }

  package init?(setting text: String) {
    guard let number = SettingValue.integer(text) else { return nil }
    self.init(exactly: number)
  }

  package var settingText: String? { "\(self)" }
}

extension Int: SettingNumber {}
extension UInt32: SettingNumber {}
extension UInt64: SettingNumber {}

/// A number of seconds.
extension Duration: SettingContent {
  package static var settingKind: SettingKind { .integer }

  package init?(setting text: String) {
    guard let seconds = SettingValue.integer(text) else { return nil }
    self = .seconds(seconds)
  }

  package var settingText: String? { "\(components.seconds)" }
}

/// A path, or a text that is parsed later.
extension String: SettingContent {
  package static var settingKind: SettingKind { .text("text") }
  package init?(setting text: String) { self = text }
  package var settingText: String? { self }
}

/// The specification of a data set, as it was written.
package struct DataSetText: SettingContent, Hashable {
  package let text: String

  package static var settingKind: SettingKind { .dataSet }
  package init?(setting text: String) { self.text = text }
  package var settingText: String? { text }
}

extension ConfiguredAction: SettingContent {
  package static var settingKind: SettingKind { .action }

  package init?(setting text: String) {
    guard let value = SettingValue.action(text) else { return nil }
    self = value
  }

  package var settingText: String? { rawValue }
}

/// A type whose values are words.
package protocol SettingChoice: SettingContent, RawRepresentable<String>, CaseIterable {}

extension SettingChoice {
  package static var settingKind: SettingKind { .choice(allCases.map(\.rawValue)) }
  package init?(setting text: String) { self.init(rawValue: text.lowercased()) }
  package var settingText: String? { rawValue }
}

extension LogFormat: SettingChoice {}
extension SyslogFacility: SettingChoice {}
extension ATPSTags.Hash: SettingChoice {}
extension VouchedContent: SettingChoice {}
extension VerificationRules.KeyTreatment: SettingChoice {}

/// The value of a setting that need not have one.
extension Optional: SettingContent where Wrapped: SettingContent {
  package static var settingKind: SettingKind { Wrapped.settingKind }

  package init?(setting text: String) {
    guard let value = Wrapped(setting: text) else { return nil }
    self = .some(value)
  }

  package var settingText: String? { flatMap(\.settingText) }
}
