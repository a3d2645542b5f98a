import DKIMConfiguration
import DKIMCore

/// What was found out about a key of a configuration and its record.
struct TestedKey: Sendable {
  enum Result: String {
    case pass, fail, skip
  }

  let key: NamedKey
  /// In order: of the private key, then of the record.
  var findings: [Finding] = []
  /// Whether DNSSEC secured the record; `nil` where none was read.
  var isSecure: Bool?
  /// Type and bits of the private key; `nil` where it could not be read.
  var type: KeyType?
  var bits: Int?
  /// Where the record is; `nil` where that makes no name.
  var recordName: String?
  /// What is published there.
  var records: [PublishedRecord] = []

  var result: Result {
    if case .skipped = key.content { return .skip }
    return findings.contains(where: \.isFailure) ? .fail : .pass
  }

  /// 65 where the keys do not match and nothing else is wrong, 69 for whatever makes the key useless.
  var status: ExitStatus {
    if findings.contains(where: { $0.grade == .failure }) { return .unavailable }
    return result == .fail ? .dataError : .success
  }
}
