import DKIMDNS
import Glibc
import Synchronization

/// The counters of the process, for every thread. A count and a lock a message cost less than a microsecond.
final class MilterMetrics: Sendable {
  /// What is counted, each under its own name.
  enum Counter: Int, CaseIterable, Sendable {
    case connections, refusedConnections, protocolErrors, timeLimits
    case messages, messagesSigned, messagesVerified, signaturesAdded, headersTruncated
    case reloads, failedReloads, internalErrors
  }

  struct Values: Sendable {
    fileprivate var counters = [Int](repeating: 0, count: Counter.allCases.count)
    /// Results of signatures and of messages without any, by the word of Authentication-Results.
    var results: [String: Int] = [:]
    /// What became of messages.
    var verdicts: [String: Int] = [:]
    /// Answers to questions for keys.
    var answers: [String: Int] = [:]
    var answerTimes = LatencyHistogram()
    var openConnections = 0
    /// Seconds since 1970, of the configuration in force.
    var configurationLoaded = 0

    subscript(_ counter: Counter) -> Int {
      get { counters[counter.rawValue] }
      set { counters[counter.rawValue] = newValue }
    }
  }

  private let values = Mutex(Values())
  private let start = Int(time(nil))

  func add(_ counter: Counter, _ count: Int = 1) { values.withLock { $0.counters[counter.rawValue] += count } }

  func update(_ body: (inout Values) -> Void) { values.withLock { body(&$0) } }

  var snapshot: Values { values.withLock { $0 } }

  /// The text that is fetched over HTTP or written to a file.
  func text(droppedLogLines: Int, dns: DNSStatistics?, keyAges: [KeyAge]) -> String {
    let values = snapshot
    var families = connectionFamilies(values) + messageFamilies(values) + dnsFamilies(values, dns)
    families += [
      MetricFamily(
        "reloads_total", .counter, "Times the configuration was read again.",
        [
          MetricSample(values[.reloads], "result", "success"), MetricSample(values[.failedReloads], "result", "error"),
        ]),
      MetricFamily(
        "configuration_loaded_timestamp_seconds", .gauge, "When the configuration in force was read.",
        values.configurationLoaded),
      MetricFamily("log_lines_lost_total", .counter, "Log lines that found no room.", droppedLogLines),
      MetricFamily(
        "key_file_age_seconds", .gauge, "Time since a private key file was changed.",
        keyAges.map { MetricSample($0.seconds, "file", $0.path) }),
      MetricFamily("process_start_time_seconds", .gauge, "When the process was started.", start),
    ]
    return families.map { $0.prefixed.text }.joined()
  }

  private func connectionFamilies(_ values: Values) -> [MetricFamily] {
    [
      MetricFamily("connections_total", .counter, "Connections of MTAs.", values[.connections]),
      MetricFamily("connections_open", .gauge, "Connections open now.", values.openConnections),
      MetricFamily(
        "connections_refused_total", .counter, "Connections closed because there were too many.",
        values[.refusedConnections]),
      MetricFamily(
        "errors_total", .counter, "Things that went wrong.",
        [
          MetricSample(values[.protocolErrors], "kind", "protocol"),
          MetricSample(values[.timeLimits], "kind", "timeout"),
          MetricSample(values[.internalErrors], "kind", "internal"),
        ]),
    ]
  }

  private func messageFamilies(_ values: Values) -> [MetricFamily] {
    [
      MetricFamily("messages_total", .counter, "Messages whose header was seen to its end.", values[.messages]),
      MetricFamily("messages_signed_total", .counter, "Messages signed.", values[.messagesSigned]),
      MetricFamily("signatures_added_total", .counter, "Signatures added.", values[.signaturesAdded]),
      MetricFamily(
        "messages_verified_total", .counter, "Messages whose signatures were looked at.", values[.messagesVerified]),
      MetricFamily(
        "verification_results_total", .counter, "Results of verification, by the word of Authentication-Results.",
        Self.samples(values.results, "result")),
      MetricFamily("verdicts_total", .counter, "What became of messages.", Self.samples(values.verdicts, "verdict")),
      MetricFamily(
        "headers_truncated_total", .counter, "Messages with more header than is looked at.", values[.headersTruncated]),
    ]
  }

  private func dnsFamilies(_ values: Values, _ dns: DNSStatistics?) -> [MetricFamily] {
    var families = [
      MetricFamily(
        "dns_answers_total", .counter, "Answers to questions for keys.", Self.samples(values.answers, "outcome")),
      MetricFamily("dns_seconds", .histogram, "How long questions for keys took.", values.answerTimes.samples),
    ]
    if let dns {
      families += [
        MetricFamily("dns_queries_total", .counter, "Queries sent to name servers.", dns.queries),
        MetricFamily("dns_retransmissions_total", .counter, "Queries sent again.", dns.retransmissions),
        MetricFamily("dns_cache_hits_total", .counter, "Questions answered from memory.", dns.cacheHits),
        MetricFamily("dns_dropped_replies_total", .counter, "Messages that answered no question.", dns.droppedReplies),
        MetricFamily("dns_questions_under_way", .gauge, "Questions under way now.", dns.questionsUnderWay),
        MetricFamily("dns_questions_waiting", .gauge, "Questions waiting for a place now.", dns.questionsWaiting),
        MetricFamily("dns_cached_answers", .gauge, "Answers in memory now.", dns.cachedAnswers),
      ]
    }
    return families
  }

  private static func samples(_ counts: [String: Int], _ label: String) -> [MetricSample] {
    counts.sorted { $0.key < $1.key }.map { MetricSample($0.value, label, $0.key) }
  }
}

extension MetricFamily {
  fileprivate var prefixed: MetricFamily { MetricFamily("dkim_milter_" + name, kind, help, samples) }
}
