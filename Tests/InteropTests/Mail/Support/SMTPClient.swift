import TestSupport

/// The outcome of a submitted message.
struct SMTPResult: Sendable {
  /// The last step: `end` if the message was accepted, otherwise the command that was refused.
  let step: String
  let reply: String
  let seconds: Double

  var isAccepted: Bool { step == "end" }
}

/// The outcome of a load.
struct LoadResult: Sendable {
  let seconds: Double
  /// The local parts of the recipients of the accepted messages.
  let accepted: Set<String>
  /// The recipients and replies of the other messages.
  let refused: [String]
  /// Seconds for each message, the shortest first.
  let times: [Double]

  /// The numbers, and some of the refusals.
  var summary: String {
    "\(accepted.count) accepted, \(refused.count) refused: \(refused.prefix(2)) \(refused.suffix(1))"
  }

  /// The time within which `share` of all messages were accepted.
  func percentile(_ share: Double) -> Double {
    times.isEmpty ? 0 : times[min(Int(Double(times.count) * share), times.count - 1)]
  }
}

/// One or more messages to send to a port.
struct SMTPEnvelope: Sendable {
  /// An external client, as reported to Postfix.
  static let outsider = "NAME=mail.remote.test ADDR=198.51.100.66 HELO=mail.remote.test"

  var port: Int
  var sender = "alice@ours.test"
  var recipients: [String] = []
  /// The parameters of MAIL FROM.
  var parameters = ""
  /// The XCLIENT attributes of the client; empty: none are sent.
  var client = ""
  /// The address that the client connects from, for servers that do not know XCLIENT; empty: 127.0.0.1.
  var source = ""

  fileprivate var options: [[UInt8]] {
    var options = ["port", String(port), "from", sender]
    for recipient in recipients { options += ["to", recipient] }
    if !parameters.isEmpty { options += ["parameters", parameters] }
    if !client.isEmpty { options += ["xclient", client] }
    if !source.isEmpty { options += ["source", source] }
    return options.map { Array($0.utf8) }
  }
}

/// A client that submits messages to Postfix. The work is done in another process, so that waiting costs nothing here.
actor SMTPClient {
  /// A load in progress.
  struct Load: Sendable {
    fileprivate let job: [UInt8]
  }

  private let process: PeerProcess

  init(python: String) throws {
    process = try PeerProcess([python, MailHouse.script("smtp_client.py")])
  }

  func send(_ message: [UInt8], _ envelope: SMTPEnvelope, within limit: Duration = .seconds(240)) async throws
    -> SMTPResult
  {
    let job = try process.ask([text("send")] + envelope.options + [text("message"), message])[0]
    let parts = try await result(of: job, within: limit)
    return SMTPResult(step: parts[0], reply: parts[1], seconds: Double(parts[2]) ?? 0)
  }

  /// Begins to send `count` messages over some sessions, to `name`-1@elsewhere.test, `name`-2 and so on; `@NUMBER@` in
  /// the message becomes the number.
  func begin(
    _ name: String, _ message: [UInt8], _ envelope: SMTPEnvelope, count: Int, sessions: Int
  ) throws -> Load {
    let options = ["name", name, "count", String(count), "sessions", String(sessions)].map(text)
    return Load(job: try process.ask([text("load")] + envelope.options + options + [text("message"), message])[0])
  }

  /// Ends a load early.
  func stop(_ load: Load) throws { _ = try process.ask([text("stop"), load.job]) }

  func end(of load: Load, within limit: Duration = .seconds(240)) async throws -> LoadResult {
    let parts = try await result(of: load.job, within: limit)
    let recipients = parts[1].split(separator: "\n").map { String($0.prefix { $0 != "@" }) }
    return LoadResult(
      seconds: Double(parts[0]) ?? 0, accepted: Set(recipients),
      refused: parts[2].split(separator: "\n").map(String.init),
      times: parts[3].split(separator: " ").compactMap { Double($0) })
  }

  func load(
    _ name: String, _ message: [UInt8], _ envelope: SMTPEnvelope, count: Int, sessions: Int
  ) async throws -> LoadResult {
    try await end(of: begin(name, message, envelope, count: count, sessions: sessions))
  }

  private func text(_ string: String) -> [UInt8] { Array(string.utf8) }

  private func result(of job: [UInt8], within limit: Duration) async throws -> [String] {
    var parts: [[UInt8]] = []
    try await eventually("the SMTP client is done", within: limit) {
      parts = try process.ask([text("result"), job])
      return !parts.isEmpty
    }
    return parts.map { String(decoding: $0, as: UTF8.self) }
  }
}
