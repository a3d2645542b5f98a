extension Setting {
  /// Settings for the reputation of senders, which depended on services that no longer exist.
  static let reputation: [any SettingRow] = [
    SettingDefinition(
      "ReputationLimits", .text("data set"), noReputation, "Data set with the message limit per domain."),
    SettingDefinition("ReputationRatios", .text("data set"), noReputation, "Data set with the spam ratio per domain."),
    SettingDefinition(
      "ReputationLowTime", .text("data set"), noReputation, "Data set with the times of low limits per domain."),
    SettingDefinition(
      "ReputationRRDRoot", .path, noReputation, "Root directory of the round-robin databases for reputation."),
    SettingDefinition("ReputationCache", .path, onlyReputation, "File for cached reputation results."),
    SettingDefinition(
      "ReputationCacheTTL", .integer, onlyReputation, "How long, in seconds, reputation results are cached."),
    SettingDefinition("ReputationDuplicates", .path, onlyReputation, "File for the IDs of messages already seen."),
    SettingDefinition("ReputationMinimum", .integer, onlyReputation, "Lowest message limit that reputation can set."),
    SettingDefinition(
      "ReputationLimitModifiers", .text("data set"), onlyReputation, "Data set with factors for the message limits."),
    SettingDefinition(
      "ReputationRRDHashDepth", .integer, onlyReputation, "Depth of the directories in ReputationRRDRoot."),
    SettingDefinition(
      "ReputationTest", .flag, default: "no", onlyReputation, "Only log what reputation checks would have done."),
    SettingDefinition(
      "ReputationVerbose", .flag, default: "no", onlyReputation, "Log more details of reputation checks."),
    SettingDefinition(
      "ReputationSpamCheck", .text("regular expression"), onlyReputation, "Pattern of the header field that marks spam."
    ),
    SettingDefinition("ReputationTimeFactor", .integer, onlyReputation, "Factor for the times of reputation checks."),
    SettingDefinition(
      "ReputationTimeout", .integer, reload: false, onlyReputation, "Timeout of a reputation lookup, in seconds."),
  ]

  private static let noReputation = SettingStatus.refused("the reputation of senders is not checked")
  private static let onlyReputation = SettingStatus.accepted(
    "it applies only to reputation checks, which are not supported")
}
