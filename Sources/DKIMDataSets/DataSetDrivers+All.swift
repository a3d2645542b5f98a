package import DKIMConfiguration

extension DataSetDrivers {
  /// The drivers of all kinds in this build. Other kinds are refused with the name of the package trait that adds them.
  package static let all: DataSetDrivers = {
    var drivers = DataSetDrivers.text
    drivers[.dsn] = .opens(SQLDrivers.open)
    #if Erlang
      drivers[.erlang] = .opens(ErlangDriver.open)
    #endif
    #if Lua
      drivers[.lua] = .opens(LuaDriver.open)
      drivers.compileScript = LuaPolicyScript.compile
    #endif
    #if BerkeleyDB
      drivers[.db] = .opens(BerkeleyDBDriver.open)
    #endif
    drivers[.memcache] = .opens(MemcacheDriver.open)
    drivers[.redis] = .opens(RedisDriver.open)
    drivers[.rediss] = .opens(RedisDriver.open)
    #if LMDB
      drivers[.mdb] = .opens(LMDBDriver.open)
    #endif
    #if LDAP
      for kind in [DataSetKind.ldap, .ldaps, .ldapi] { drivers[kind] = .opens(LDAPDriver.open) }
    #endif
    return drivers
  }()
}
