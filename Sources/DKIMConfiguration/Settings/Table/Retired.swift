extension SettingTable {
  /// Scripts in Lua.
  static let scripts: [SettingDefinition] = [
    SettingDefinition(
      "SetupPolicyScript", .path, lua, "A script that chooses, behind the header, what is signed with which key."),
    SettingDefinition("ScreenPolicyScript", .path, lua, "A script that may ignore signatures."),
    SettingDefinition("StatisticsPolicyScript", .path, lua, "A script that adds statistics."),
    SettingDefinition("FinalPolicyScript", .path, lua, "A script that may change what is done about a message."),
    SettingDefinition(
      "LuaOnlySigning", .flag, default: "no", lua, "Leave it to SetupPolicyScript alone what is signed."),
  ]

  private static let lua = SettingStatus.refused("scripts in Lua are not supported")

  /// Reputation of senders, by services that are gone.
  static let reputation: [SettingDefinition] = [
    SettingDefinition("ReputationLimits", .text("data set"), noReputation, "Where limits for domains are asked for."),
    SettingDefinition("ReputationRatios", .text("data set"), noReputation, "Where parts of spam are asked for."),
    SettingDefinition("ReputationLowTime", .text("data set"), noReputation, "Where times of low limits are asked for."),
    SettingDefinition("ReputationRRDRoot", .path, noReputation, "Where the round-robin databases are."),
    SettingDefinition("ReputationCache", .path, onlyReputation, "Where answers are kept."),
    SettingDefinition("ReputationCacheTTL", .integer, onlyReputation, "Seconds for which answers are kept."),
    SettingDefinition("ReputationDuplicates", .path, onlyReputation, "Where is kept which messages were seen."),
    SettingDefinition("ReputationMinimum", .integer, onlyReputation, "The lowest limit."),
    SettingDefinition("ReputationLimitModifiers", .text("data set"), onlyReputation, "Factors for limits."),
    SettingDefinition("ReputationRRDHashDepth", .integer, onlyReputation, "How deep the directories are."),
    SettingDefinition("ReputationTest", .flag, default: "no", onlyReputation, "Log and do nothing."),
    SettingDefinition("ReputationVerbose", .flag, default: "no", onlyReputation, "Log more."),
    SettingDefinition(
      "ReputationSpamCheck", .text("regular expression"), onlyReputation, "What a header field of spam looks like."),
    SettingDefinition("ReputationTimeFactor", .integer, onlyReputation, "A factor for times."),
    SettingDefinition(
      "ReputationTimeout", .integer, reload: false, onlyReputation, "Seconds after which a question is given up."),
  ]

  private static let noReputation = SettingStatus.refused("the reputation of senders is not asked for")
  private static let onlyReputation = SettingStatus.accepted("it matters only where reputation is asked for")

  /// Limits for single domains.
  static let retired: [SettingDefinition] = [
    SettingDefinition(
      "RateLimits", .dataSet, .refused("there are no limits for single domains; the MTA has such limits"),
      "How many messages of a domain are let pass in a time."),
    SettingDefinition("FlowData", .dataSet, onlyLimits, "Where the counts are kept."),
    SettingDefinition("FlowDataFactor", .integer, default: "1", onlyLimits, "A factor for the counts."),
    SettingDefinition("FlowDataTTL", .integer, default: "86400", onlyLimits, "Seconds for which counts are kept."),
  ]

  private static let onlyLimits = SettingStatus.accepted("it matters only with RateLimits")
}
