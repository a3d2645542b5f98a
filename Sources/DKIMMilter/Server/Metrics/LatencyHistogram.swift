/// A histogram of durations.
struct LatencyHistogram: Sendable, Hashable {
  /// The upper bounds of the buckets, in seconds.
  static let bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

  private var counts = [Int](repeating: 0, count: bounds.count + 1)
  private var sum = 0.0

  mutating func add(_ duration: Duration) {
    let (whole, attoseconds) = duration.components
    let seconds = Double(whole) + Double(attoseconds) / 1e18
    counts[Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count] += 1
    sum += seconds
  }

  /// The cumulative counts, as Prometheus requires.
  var samples: [MetricSample] {
    var total = 0
    var samples: [MetricSample] = []
    for (count, bound) in zip(counts, Self.bounds.map { "\($0)" } + ["+Inf"]) {
      total += count
      samples.append(MetricSample(Double(total), suffix: "_bucket", [MetricSample.Label(name: "le", value: bound)]))
    }
    return samples + [MetricSample(sum, suffix: "_sum"), MetricSample(Double(total), suffix: "_count")]
  }
}
