internal import SystemSupport

/// Reads and compiles the policy scripts.
extension ConfigurationDraft {
  /// The size limit of a script, in bytes.
  private static let longestScript = 1 << 20

  mutating func loadScripts() {
    configuration.scripts.setup = script(Setting.setupPolicyScript)
    configuration.scripts.screen = script(Setting.screenPolicyScript)
    configuration.scripts.final = script(Setting.finalPolicyScript)
    if configuration.scripts.areSet {
      configuration.scripts.dataSets = ScriptDataSets(drivers, configuration.dataSets)
    }
    guard configuration.scripts.luaOnlySigning, !settings.has(Setting.setupPolicyScript) else { return }
    report(
      .warning, about: Setting.luaOnlySigning, "LuaOnlySigning: no mail is signed without SetupPolicyScript",
      fix: "add SetupPolicyScript, or remove the line")
  }

  private mutating func script(_ setting: SettingKey<String?>) -> (any PolicyScript)? {
    // Without Lua, the status of the setting is reported.
    guard let path = settings.path(setting), let compile = drivers.compileScript else { return nil }
    let text: [UInt8]
    do throws(FileProblem) {
      text = try SizeLimitedFile.read(path, limit: Self.longestScript)
    } catch {
      report(about: setting, "\(setting.name): \(error)", fix: error.fix)
      return nil
    }
    do throws(ConfigurationProblem) {
      let script = try compile(text, path)
      configuration.scripts.macros += Self.macros(String(decoding: text, as: UTF8.self))
      return script
    } catch {
      problems.add(
        ConfigurationProblem(error.severity, at: error.location, "\(setting.name): \(error.text)", fix: error.fix))
      return nil
    }
  }

  /// The most macros that a script may ask the MTA for.
  private static let mostMacros = 32

  /// Returns the names in calls such as `odkim.get_mtasymbol(ctx, "{auth_authen}")`, so that the MTA can be asked to
  /// send these macros.
  static func macros(_ text: String) -> [String] {
    var names: [String] = []
    for call in text.split(separator: "get_mtasymbol", omittingEmptySubsequences: false).dropFirst() {
      let arguments = call.prefix(120).prefix { $0 != ")" && $0 != "\n" }
      guard let quote = arguments.firstIndex(where: { $0 == "\"" || $0 == "'" }) else { continue }
      let rest = arguments[arguments.index(after: quote)...]
      guard let end = rest.firstIndex(of: arguments[quote]) else { continue }
      let name = macroName(String(rest[..<end]))
      let isMacro = !name.isEmpty && name.utf8.allSatisfy { (0x21..<0x7F).contains($0) && $0 != 0x7B && $0 != 0x7D }
      if isMacro, !names.contains(name), names.count < mostMacros { names.append(name) }
    }
    return names
  }
}
