package import DKIMCore

extension HeaderSelection {
  /// The header fields that OpenDKIM signs if `SignHeaders` and `OmitHeaders` are not set.
  package static let opendkim = HeaderSelection(
    names(SettingTable.definition(of: "SignHeaders")), excluding: names(SettingTable.definition(of: "OmitHeaders")))

  private static func names(_ definition: SettingDefinition?) -> [String] {
    definition?.defaultText?.split(separator: ",").map { String($0) } ?? []
  }
}
