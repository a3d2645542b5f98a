import Glibc
public import Testing

/// Measurements of time, which are wrong if other tests run at the same time.
public enum TimeMeasurement {
  /// True with DKIM_MEASURE_TIME, which `make` sets when it runs the tests alone that measure time. `swift test` runs all
  /// tests at the same time.
  public static let isPossible = getenv("DKIM_MEASURE_TIME") != nil
}

extension Trait where Self == ConditionTrait {
  /// For tests that fail if others take the processor from them.
  public static var measuresTime: Self {
    .enabled(if: TimeMeasurement.isPossible, "measures time; run make stores or make faults")
  }
}
