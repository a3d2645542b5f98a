/// One value with its labels, in the data model of Prometheus.
struct MetricSample: Sendable, Hashable {
  let suffix: String
  let labels: [Label]
  let value: Double

  struct Label: Sendable, Hashable {
    let name: String
    let value: String
  }

  init(_ value: Double, suffix: String = "", _ labels: [Label] = []) {
    self.value = value
    self.suffix = suffix
    self.labels = labels
  }

  init(_ value: Int, _ name: String? = nil, _ text: String = "") {
    self.init(Double(value), name.map { [Label(name: $0, value: text)] } ?? [])
  }
}

/// All samples of one metric.
struct MetricFamily: Sendable, Hashable {
  enum Kind: String, Sendable { case counter, gauge, histogram }

  let name: String
  let kind: Kind
  let help: String
  let samples: [MetricSample]

  init(_ name: String, _ kind: Kind, _ help: String, _ samples: [MetricSample]) {
    self.name = name
    self.kind = kind
    self.help = help
    self.samples = samples
  }

  init(_ name: String, _ kind: Kind, _ help: String, _ value: Int) {
    self.init(name, kind, help, [MetricSample(value)])
  }

  /// The metric in the text format of Prometheus, version 0.0.4.
  var text: String {
    guard !samples.isEmpty else { return "" }
    var text = "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
    for sample in samples {
      text += name + sample.suffix
      if !sample.labels.isEmpty {
        text += "{" + sample.labels.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",") + "}"
      }
      text += " " + Self.number(sample.value) + "\n"
    }
    return text
  }

  private static func number(_ value: Double) -> String {
    if value == .infinity { return "+Inf" }
    return value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : String(value)
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for character in text.unicodeScalars {
      switch character {
      case "\\": result += "\\\\"
      case "\"": result += "\\\""
      case "\n": result += "\\n"
      default: result.unicodeScalars.append(character)
      }
    }
    return result
  }
}
