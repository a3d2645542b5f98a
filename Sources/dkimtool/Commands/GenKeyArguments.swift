import ArgumentParser
import DKIMCore

/// `--type`.
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

/// `--print`.
enum RecordForm: String, ExpressibleByArgument, CaseIterable {
  case zone
  case line
  case split
  case json
  case nsupdate

  /// - Parameter absolute: the whole name in the zone file; the other forms have it always, or not at all.
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

/// `-h`: `nil` leaves the tag out.
struct HashAlgorithmList {
  let words: [String]?
}

/// The words of the command line of `dkimtool genkey` as values.
enum GenKeyArguments {
  /// That of opendkim-genkey.
  static let standardSelector = "default"

  static func bits(_ text: String) throws -> Int {
    guard let bits = Int(text) else { throw ValidationError("\"\(text)\" is no number of bits; expected 1024 to 8192") }
    guard bits >= 1024 else {
      throw ValidationError(
        "\(text) bits: receivers must not accept signatures by RSA keys below 1024 bits (RFC 8301); 2048 are advised")
    }
    guard bits <= 8192 else {
      throw ValidationError("\(text) bits: receivers need not verify with keys above 4096 bits, and 8192 is the limit")
    }
    return bits
  }

  static func hashAlgorithms(_ text: String) throws -> HashAlgorithmList {
    if text.isEmpty { return HashAlgorithmList(words: nil) }
    let words = text.split(separator: ":", omittingEmptySubsequences: false).map { String($0).lowercased() }
    // The words of one element are the grammar's business; a comma is what people write by mistake.
    if text.contains(",") { throw ValidationError("\"\(text)\": the list has colons, as in sha256:sha1") }
    return HashAlgorithmList(words: words)
  }
}
