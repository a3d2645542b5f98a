import DKIMCore

/// The work to measure, from the command line.
struct Workload {
  enum Mode: String {
    case sign, verify, emit
  }

  let mode: Mode
  let message: String
  let canonicalization: Canonicalization
  let keyType: KeyType
  /// The approximate duration in seconds, unless ``count`` is set.
  let seconds: Double
  /// The exact number of messages, from the environment variable DKIM_BENCH_COUNT; used to count instructions.
  let count: Int?

  init?(_ arguments: [String]) {
    guard arguments.count == 6, let mode = Mode(rawValue: arguments[1]), let seconds = Double(arguments[5]),
      let canonicalization = Self.canonicalization(arguments[3])
    else { return nil }
    switch arguments[4] {
    case "rsa": keyType = .rsa
    case "ed": keyType = .ed25519
    default: return nil
    }
    self.mode = mode
    message = arguments[2]
    self.canonicalization = canonicalization
    self.seconds = seconds
    count = environment("DKIM_BENCH_COUNT").flatMap { Int($0) }
  }

  private static func canonicalization(_ text: String) -> Canonicalization? {
    let algorithms: [CanonicalizationAlgorithm?] = text.split(separator: "/").map {
      $0 == "r" ? .relaxed : $0 == "s" ? .simple : nil
    }
    guard algorithms.count == 2, let header = algorithms[0], let body = algorithms[1] else { return nil }
    return Canonicalization(header: header, body: body)
  }
}
