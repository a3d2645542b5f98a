public import DKIMConfiguration

extension DataSetDrivers {
  /// Every kind that this build has; the others are refused with the name of the part that brings them.
  public static let all: DataSetDrivers = {
    var drivers = DataSetDrivers.text
    drivers[.memcache] = .opens(MemcacheDriver.open)
    drivers[.redis] = .opens(RedisDriver.open)
    drivers[.rediss] = .opens(RedisDriver.open)
    return drivers
  }()
}
