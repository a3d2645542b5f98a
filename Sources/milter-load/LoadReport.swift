/// The results of a load test.
struct LoadReport: Sendable {
  /// The times from MAIL to the verdict, in nanoseconds.
  var latencies: [UInt64] = []
  /// The number of messages by verdict.
  var verdicts: [String: Int] = [:]
  /// The number of failures by error text.
  var errors: [String: Int] = [:]
  var modifications = 0
  /// The duration of the whole test; ``add(_:)`` does not change it, because connections run at the same time.
  var seconds = 0.0

  var failures: Int { errors.values.reduce(0, +) }
  var messages: Int { latencies.count }
  var rate: Double { seconds > 0 ? Double(messages) / seconds : 0 }

  mutating func add(_ other: LoadReport) {
    latencies += other.latencies
    verdicts.merge(other.verdicts, uniquingKeysWith: +)
    errors.merge(other.errors, uniquingKeysWith: +)
    modifications += other.modifications
  }

  var text: String {
    var lines = [
      "messages       \(messages)",
      "seconds        \(Self.rounded(seconds, 2))",
      "messages/s     \(Self.rounded(rate, 1))",
      "latency p50    \(milliseconds(0.5)) ms",
      "latency p99    \(milliseconds(0.99)) ms",
      "latency max    \(milliseconds(1)) ms",
      "modifications  \(modifications)",
    ]
    lines += verdicts.sorted { $0.key < $1.key }.map { "verdict        \($0.value) \($0.key)" }
    lines += errors.sorted { $0.key < $1.key }.map { "error          \($0.value) \($0.key)" }
    return lines.joined(separator: "\n")
  }

  var json: String {
    let members = [
      "\"messages\": \(messages)", "\"seconds\": \(Self.rounded(seconds, 3))",
      "\"messages_per_second\": \(Self.rounded(rate, 1))", "\"p50_ms\": \(milliseconds(0.5))",
      "\"p99_ms\": \(milliseconds(0.99))", "\"max_ms\": \(milliseconds(1))", "\"modifications\": \(modifications)",
      "\"verdicts\": \(Self.object(verdicts))", "\"errors\": \(Self.object(errors))",
    ]
    return "{\(members.joined(separator: ", "))}"
  }

  private func milliseconds(_ quantile: Double) -> Double {
    let sorted = latencies.sorted()
    guard let last = sorted.last else { return 0 }
    let place = Int(Double(sorted.count) * quantile)
    return Self.rounded(Double(place < sorted.count ? sorted[place] : last) / 1e6, 3)
  }

  private static func rounded(_ number: Double, _ digits: Int) -> Double {
    let factor = (0..<digits).reduce(1.0) { product, _ in product * 10 }
    return (number * factor).rounded() / factor
  }

  private static func object(_ counts: [String: Int]) -> String {
    let members = counts.sorted { $0.key < $1.key }.map { "\(quoted($0.key)): \($0.value)" }
    return "{\(members.joined(separator: ", "))}"
  }

  private static func quoted(_ text: String) -> String {
    let characters = text.unicodeScalars.map { scalar -> String in
      switch scalar {
      case "\"", "\\": "\\\(scalar)"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F: " "
      default: String(scalar)
      }
    }
    return "\"\(characters.joined())\""
  }
}
