import DKIMDNS
import Synchronization
import SystemSupport

/// The counters of the process, which all threads share. Locking and counting take less than a microsecond per message.
final class MilterMetrics: Sendable {
  /// A counter with its own metric.
  enum Counter: Int, CaseIterable, Sendable {
    case connections, refusedConnections, protocolErrors, timeLimits
    case messages, messagesSigned, messagesVerified, signaturesAdded, headersTruncated
    case reloads, failedReloads, internalErrors
    case lostStatistics, lostDiagnosticFiles, reportsSent, reportsFailed, reportsDropped
  }

  struct Values: Sendable {
    fileprivate var counters = [Int](repeating: 0, count: Counter.allCases.count)
    /// The number of results of signatures, and of messages without signatures, by Authentication-Results result.
    var results: [String: Int] = [:]
    /// The number of messages by verdict.
    var verdicts: [String: Int] = [:]
    /// The number of key lookups by outcome.
    var lookups: [String: Int] = [:]
    var lookupTimes = LatencyHistogram()
    var openConnections = 0
    /// The time when the current configuration was loaded, in seconds since 1970.
    var configurationLoaded = 0

    subscript(_ counter: Counter) -> Int {
      get { counters[counter.rawValue] }
      set { counters[counter.rawValue] = newValue }
    }
  }

  private let values = Mutex(Values())
  private let start = WallClock.seconds

  func add(_ counter: Counter, _ count: Int = 1) { values.withLock { $0.counters[counter.rawValue] += count } }

  func update(_ body: (inout Values) -> Void) { values.withLock { body(&$0) } }

  var snapshot: Values { values.withLock { $0 } }

  /// Returns the metrics as text, to be served over HTTP or written to a file.
  func text(droppedLogLines: Int, dns: DNSStatistics?, keyAges: [KeyAge]) -> String {
    let values = snapshot
    var families = connectionFamilies(values) + messageFamilies(values) + dnsFamilies(values, dns)
    families += [
      MetricFamily(
        "reloads_total", .counter, "Configuration reloads by result.",
        [
          MetricSample(values[.reloads], "result", "success"), MetricSample(values[.failedReloads], "result", "error"),
        ]),
      MetricFamily(
        "configuration_loaded_timestamp_seconds", .gauge, "Time when the current configuration was loaded.",
        values.configurationLoaded),
      MetricFamily("log_lines_lost_total", .counter, "Log lines lost.", droppedLogLines),
      MetricFamily(
        "statistics_records_lost_total", .counter, "Records not written to the statistics file.",
        values[.lostStatistics]),
      MetricFamily(
        "diagnostic_files_lost_total", .counter, "Diagnostic files not written.", values[.lostDiagnosticFiles]),
      MetricFamily(
        "failure_reports_total", .counter, "Failure reports by result.",
        [
          MetricSample(values[.reportsSent], "result", "sent"),
          MetricSample(values[.reportsFailed], "result", "failed"),
          MetricSample(values[.reportsDropped], "result", "dropped"),
        ]),
      MetricFamily(
        "key_file_age_seconds", .gauge, "Time since the private key file was last changed.",
        keyAges.map { MetricSample($0.seconds, "file", $0.path) }),
      MetricFamily("process_start_time_seconds", .gauge, "Time when the process was started.", start),
    ]
    return families.map { $0.prefixed.text }.joined()
  }

  private func connectionFamilies(_ values: Values) -> [MetricFamily] {
    [
      MetricFamily("connections_total", .counter, "Connections from MTAs.", values[.connections]),
      MetricFamily("connections_open", .gauge, "Open connections.", values.openConnections),
      MetricFamily(
        "connections_refused_total", .counter, "Connections refused.",
        values[.refusedConnections]),
      MetricFamily(
        "errors_total", .counter, "Errors by kind.",
        [
          MetricSample(values[.protocolErrors], "kind", "protocol"),
          MetricSample(values[.timeLimits], "kind", "timeout"),
          MetricSample(values[.internalErrors], "kind", "internal"),
        ]),
    ]
  }

  private func messageFamilies(_ values: Values) -> [MetricFamily] {
    [
      MetricFamily("messages_total", .counter, "Messages received (end of header reached).", values[.messages]),
      MetricFamily("messages_signed_total", .counter, "Messages signed.", values[.messagesSigned]),
      MetricFamily("signatures_added_total", .counter, "Signatures added.", values[.signaturesAdded]),
      MetricFamily(
        "messages_verified_total", .counter, "Messages verified.", values[.messagesVerified]),
      MetricFamily(
        "verification_results_total", .counter, "Verification results, as in Authentication-Results.",
        Self.samples(values.results, "result")),
      MetricFamily("verdicts_total", .counter, "Messages by verdict.", Self.samples(values.verdicts, "verdict")),
      MetricFamily(
        "headers_truncated_total", .counter, "Messages whose header exceeded the limit.", values[.headersTruncated]),
    ]
  }

  private func dnsFamilies(_ values: Values, _ dns: DNSStatistics?) -> [MetricFamily] {
    var families = [
      MetricFamily(
        "dns_answers_total", .counter, "DNS key lookups by outcome.", Self.samples(values.lookups, "outcome")),
      MetricFamily("dns_seconds", .histogram, "Duration of DNS key lookups.", values.lookupTimes.samples),
    ]
    if let dns {
      families += [
        MetricFamily("dns_queries_total", .counter, "DNS queries sent.", dns.queries),
        MetricFamily("dns_retransmissions_total", .counter, "DNS queries sent again.", dns.retransmissions),
        MetricFamily("dns_cache_hits_total", .counter, "DNS lookups answered from the cache.", dns.cacheHits),
        MetricFamily("dns_dropped_replies_total", .counter, "DNS responses that matched no query.", dns.droppedReplies),
        MetricFamily("dns_questions_under_way", .gauge, "DNS lookups in progress.", dns.questionsUnderWay),
        MetricFamily("dns_questions_waiting", .gauge, "DNS lookups waiting to start.", dns.questionsWaiting),
        MetricFamily("dns_cached_answers", .gauge, "Answers in the DNS cache.", dns.cachedAnswers),
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
