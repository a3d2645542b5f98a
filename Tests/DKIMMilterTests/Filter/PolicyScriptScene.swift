#if Lua
  import DKIMConfiguration
  import Testing

  @testable import DKIMDataSets
  @testable import DKIMMilter

  extension FilterScene {
    /// Compiles a script for a hook; errors name it `setup.lua`, `screen.lua` or `final.lua`.
    mutating func set(_ hook: ScriptHook, _ text: String) throws {
      var limits = LuaScript.Limits()
      // A thousand tests run at the same time, so a script may wait for long.
      limits.time = 300_000
      let script = try LuaPolicyScript(Array(text.utf8), path: "/etc/opendkim/\(hook.rawValue).lua", limits: limits)
      configuration.scripts.dataSets = ScriptDataSets(.text, DataSetOptions())
      switch hook {
      case .setup: configuration.scripts.setup = script
      case .screen: configuration.scripts.screen = script
      case .final: configuration.scripts.final = script
      }
    }
  }
#endif
