import ArgumentParser
import DKIMCore
import DKIMDiagnostics

/// The values of `--type`.
enum KeyKind: String, ExpressibleByArgument, CaseIterable {
  case rsa
  case ed25519

  var keyType: KeyType {
    switch self {
    case .rsa: .rsa
    case .ed25519: .ed25519
    }
  }
}

/// The values of `--print`.
enum RecordForm: String, ExpressibleByArgument, CaseIterable {
  case zone
  case line
  case split
  case json
  case nsupdate

  /// Returns the record in this form.
  ///
  /// - Parameter absolute: whether `zone` has the full name; the other forms always have it, or have no name.
  func text(of record: ZoneRecord, absolute: Bool) -> String {
    switch self {
    case .zone: record.zoneFile(absolute: absolute)
    case .line: record.line
    case .split: record.split
    case .json: record.json
    case .nsupdate: record.updateScript
    }
  }
}

/// The value of `-h`. `words` is `nil` if the tag is omitted.
struct HashAlgorithmList {
  let words: [String]?
}

/// Parsing of the option values of `dkimtool genkey`.
enum GenKeyArguments {
  /// The default selector, the same as that of opendkim-genkey.
  static let standardSelector = "default"

  static func bits(_ text: String) throws -> Int {
    guard let bits = Int(text) else {
      throw ValidationError("\"\(text)\" is not a number of bits; expected 1024 to 8192")
    }
    guard bits >= 1024 else {
      throw ValidationError(
        "\(text) bits: receivers must not accept signatures made with RSA keys below 1024 bits (RFC 8301); "
          + "2048 is recommended")
    }
    guard bits <= 8192 else {
      throw ValidationError("\(text) bits: 8192 is the limit, and receivers need not support keys above 4096 bits")
    }
    return bits
  }

  static func hashAlgorithms(_ text: String) throws -> HashAlgorithmList {
    if text.isEmpty { return HashAlgorithmList(words: nil) }
    let words = text.split(separator: ":", omittingEmptySubsequences: false).map { String($0).lowercased() }
    // The syntax of each element is checked later; a comma is a common mistake.
    if text.contains(",") { throw ValidationError("\"\(text)\": separate algorithms with colons, as in sha256:sha1") }
    return HashAlgorithmList(words: words)
  }
}
