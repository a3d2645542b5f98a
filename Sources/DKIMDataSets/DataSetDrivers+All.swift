public import DKIMConfiguration

extension DataSetDrivers {
  /// Every kind that this build has; the others are refused with the name of the part that brings them.
  public static let all: DataSetDrivers = {
    var drivers = DataSetDrivers.text
    #if Erlang
      drivers[.erlang] = .opens(ErlangDriver.open)
    #endif
    #if Lua
      drivers[.lua] = .opens(LuaDriver.open)
    #endif
    return drivers
  }()
}
