import DKIMCore
import Milter
import NIOPosix

/// The objects that connections share.
struct ConnectionServices: Sendable {
  let active: ActiveConfiguration
  let log: Log
  let metrics: MilterMetrics
  let signingThreads: NIOThreadPool
  let output: BackgroundOutput
  /// Limits the log lines about closed connections.
  let disconnections: LogLimiter

  /// Writes the log lines of a verdict, counts it, and returns the response to the MTA.
  func conclude(_ verdict: Verdict) -> MilterResponse {
    for line in verdict.log { log.write(line) }
    metrics.count(verdict)
    output.add(verdict, active)
    return verdict.response
  }

  /// Logs why a connection ended, unless it ended normally.
  func report(_ reason: MilterClosure, _ client: ClientInfo?) {
    // A socket error is usually a reset by the MTA, which ends a connection as a close does.
    if case .failed = reason { return }
    guard let level = reason.severity.flatMap({ LogLevel(rawValue: $0.rawValue) }) else { return }
    switch reason {
    case .idle, .slowPacket, .slowReader: metrics.add(.timeLimits)
    case .contractViolation: metrics.add(.internalErrors)
    default: metrics.add(.protocolErrors)
    }
    let who = client.map { " (client \($0.hostName))" } ?? ""
    disconnections.write(level, "connection from the MTA closed: \(reason)\(who)", to: log)
  }
}

extension MilterMetrics {
  func count(_ verdict: Verdict) {
    update { values in
      values.verdicts[verdict.metricLabel, default: 0] += 1
      var isSigned = false
      var isVerified = false
      for count in verdict.counts {
        switch count {
        case .signed:
          values[.signaturesAdded] += 1
          isSigned = true
        case .signingFailed: values.results["signing_failed", default: 0] += 1
        case .verified(let code):
          values.results[code.rawValue, default: 0] += 1
          isVerified = true
        case .unsigned:
          values.results["none", default: 0] += 1
          isVerified = true
        case .leftAlone: values.results["left_alone", default: 0] += 1
        case .failed: values[.internalErrors] += 1
        }
      }
      if isSigned { values[.messagesSigned] += 1 }
      if isVerified { values[.messagesVerified] += 1 }
    }
  }
}

extension Verdict {
  /// The value of the label `verdict` of the metric `verdicts_total`.
  fileprivate var metricLabel: String {
    if quarantine != nil { return "quarantine" }
    switch reply {
    case .accept, .continue, .skip: return "accept"
    case .discard: return "discard"
    case .tempfail, .connectionFailure, .shutdown: return "tempfail"
    case .reject: return "reject"
    case .replyCode(let reply): return reply.code < 500 ? "tempfail" : "reject"
    }
  }
}
