import DKIMConfiguration
import DKIMCore
import DKIMDiagnostics
import DKIMMilter

/// A key of a configuration, with the results of testing it and its record.
struct TestedKey: Sendable {
  enum Result: String {
    case pass, fail, skip
  }

  let key: NamedKey
  /// The issues about the private key, then those about the record.
  var issues: [KeyIssue] = []
  /// Whether DNSSEC secured the record; `nil` if no usable record was read.
  var isSecure: Bool?
  /// The type of the private key; `nil` if it could not be read.
  var type: KeyType?
  /// The size of the private key in bits; `nil` if it could not be read.
  var bits: Int?
  /// The name of the record; `nil` if it would not be a valid name.
  var recordName: String?
  /// The records published at that name.
  var records: [PublishedRecord] = []

  var result: Result {
    if case .skipped = key.content { return .skip }
    return issues.contains(where: \.isFailure) ? .fail : .pass
  }

  /// 65 if the keys do not match and nothing else is wrong, 69 if the key cannot be used for any other reason.
  var status: ExitStatus {
    if issues.contains(where: { $0.severity == .failure }) { return .unavailable }
    return result == .fail ? .dataError : .success
  }
}

extension PublishedKeyCheck {
  /// 0; 65 if the keys do not match; 69 if the key cannot be used for any other reason. As opendkim-testkey.
  var status: ExitStatus {
    switch outcome {
    case .usable: .success
    case .mismatch: .dataError
    case .unusable: .unavailable
    }
  }
}

extension KeyIssue {
  /// The suggested fix, with the option of dkimtool for it.
  var fixWithOption: String? { fix.map { suggestsOtherServer ? $0 + " with --nameserver IP" : $0 } }
}
