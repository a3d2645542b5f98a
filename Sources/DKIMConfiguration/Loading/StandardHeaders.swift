package import DKIMCore

extension HeaderSelection {
  /// The header fields that OpenDKIM signs if `SignHeaders` and `OmitHeaders` are not set.
  package static let opendkim = HeaderSelection(names(Setting.signHeaders), excluding: names(Setting.omitHeaders))

  private static func names(_ setting: SettingKey<DataSetText?>) -> [String] {
    setting.definition.defaultText?.split(separator: ",").map { String($0) } ?? []
  }
}
