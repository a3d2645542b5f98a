public import DKIMCore
import Glibc

extension Timestamp {
  /// The current time of the system clock; 1970-01-01 if the clock is set to an earlier time.
  ///
  /// `DKIMCore` reads no clock, so this property is here, beside the key sources.
  public static var now: Timestamp { Timestamp(UInt64(max(0, time(nil)))) }
}
