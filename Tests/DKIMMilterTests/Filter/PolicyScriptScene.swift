#if Lua
  import DKIMConfiguration
  import DKIMDataSets
  import Testing

  @testable import DKIMMilter

  extension FilterScene {
    /// Compiles a script for a hook; errors name it `setup.lua`, `screen.lua` or `final.lua`.
    mutating func set(_ hook: ScriptHook, _ text: String) throws {
      let compile = try #require(DataSetDrivers.all.compileScript)
      let script = try compile(Array(text.utf8), "/etc/opendkim/\(hook.rawValue).lua")
      configuration.scripts.dataSets = ScriptDataSets(.text, DataSetOptions())
      switch hook {
      case .setup: configuration.scripts.setup = script
      case .screen: configuration.scripts.screen = script
      case .final: configuration.scripts.final = script
      }
    }
  }
#endif
