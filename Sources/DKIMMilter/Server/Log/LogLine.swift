/// One thing to be logged.
struct LogLine: Sendable, Hashable {
  let level: LogLevel
  /// The job id of the message it is about.
  let job: String?
  /// Without the job id.
  let text: String

  /// Longer lines are cut.
  static let maximumLength = 4096

  init(_ level: LogLevel, job: String? = nil, _ text: String) {
    self.level = level
    self.job = job
    self.text = text
  }

  /// One line without control characters, as log parsers expect it: `JOB: TEXT`.
  var printable: String {
    var octets: [UInt8] = []
    for octet in ((job.map { $0 + ": " } ?? "") + text).utf8.prefix(Self.maximumLength) {
      octets.append(octet < 0x20 || octet == 0x7F ? UInt8(ascii: " ") : octet)
    }
    return String(decoding: octets, as: UTF8.self)
  }
}
