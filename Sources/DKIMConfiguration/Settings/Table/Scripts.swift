extension Setting {
  // MARK: Settings for Lua scripts

  package static let setupPolicyScript = SettingKey<String?>(
    "SetupPolicyScript", kind: .path, status: lua,
    "Lua script, run at the end of the header, that requests signatures or verification; see opendkim-lua(3).")
  package static let screenPolicyScript = SettingKey<String?>(
    "ScreenPolicyScript", kind: .path, status: lua,
    "Lua script, run before signatures are verified, that chooses signatures to ignore; see opendkim-lua(3).")
  package static let finalPolicyScript = SettingKey<String?>(
    "FinalPolicyScript", kind: .path, status: lua,
    "Lua script, run at the end of the message, that may refuse or change the message; see opendkim-lua(3).")
  package static let luaOnlySigning = SettingKey<Bool>(
    "LuaOnlySigning", into: \.scripts.luaOnlySigning, status: lua,
    "Sign only what SetupPolicyScript requests: Domain and SigningTable do not request signatures.")

  static let scripts: [any SettingRow] = [
    setupPolicyScript, screenPolicyScript, finalPolicyScript, luaOnlySigning,
    SettingDefinition(
      "StatisticsPolicyScript", .path, .refused("scripts cannot add values to the statistics"),
      "Lua script that adds statistics."),
  ]

  private static let lua = SettingStatus.needs(
    part: "Lua", otherwise: .refused,
    "the filter runs Lua scripts only with the optional part Lua, which the Debian packages have: "
      + "build with --traits Lua")
}
