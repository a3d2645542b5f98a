import Glibc
public import Testing

extension Trait where Self == ConditionTrait {
  /// For tests that fail if others take the processor from them. They run only with DKIM_MEASURE_TIME, which `make` sets
  /// when it runs them alone; `swift test` runs all tests at the same time.
  public static var measuresTime: Self {
    .enabled(if: getenv("DKIM_MEASURE_TIME") != nil, "measures time; run make stores or make faults")
  }
}
