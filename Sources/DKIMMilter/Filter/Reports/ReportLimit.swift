/// The limit on failure reports, so that forged mail cannot be used to flood a domain with them. A sender controls
/// which domains are reported to, and domains can share a mail server, so the total is limited, too.
/// // RFC 6651 §8.3
package struct ReportLimit: Sendable {
  package static let perDomain = 10
  package static let total = 100
  /// The seconds that the numbers apply to.
  package static let period: Int64 = 3600

  /// The reports of the last hour, oldest first.
  private var sent: [(domain: String, second: Int64)] = []

  package init() {}

  /// Counts a report and returns true, unless too many were sent within the last hour.
  /// - Parameter second: the time, from a clock that is never set back.
  package mutating func allows(_ domain: String, at second: Int64) -> Bool {
    sent.removeAll { second - $0.second >= Self.period }
    guard sent.count < Self.total, sent.count(where: { $0.domain == domain }) < Self.perDomain else { return false }
    sent.append((domain, second))
    return true
  }
}
