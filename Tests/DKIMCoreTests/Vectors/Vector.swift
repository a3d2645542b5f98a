import DKIMCore
import SystemPackage
import Testing
import TestSupport

/// A file in Tests/Vectors: a message, its DNS records, and the expected results of a verifier.
/// The README in that directory describes the format.
struct Vector: Sendable, CustomTestStringConvertible {
  struct Expectation: Sendable {
    let word: String
    let alsoConforming: [String]
    var reason: String?
  }

  let name: String
  var time = Timestamp(0)
  var answers: [String: KeyAnswer] = [:]
  var policy = VerificationPolicy.standard
  var mostQueries: Int?
  var expectations: [Expectation] = []
  var message: [UInt8] = []

  var testDescription: String { name }

  /// All vectors, sorted by name.
  static let all: [Vector] = {
    let names = (try? TestFiles.names(in: folder)) ?? []
    return names.filter { $0.hasSuffix(".vector") }.sorted().compactMap { name in
      (try? TestFiles.read(folder + "/" + name)).flatMap { try? Vector(name: name, file: $0) }
    }
  }()

  /// The number of files, so that one that fails to load is not skipped silently.
  static var fileCount: Int {
    ((try? TestFiles.names(in: folder)) ?? []).count { $0.hasSuffix(".vector") }
  }

  static let folder = TestFiles.package.appending("Tests/Vectors/verification").string

  init(name: String, file: [UInt8]) throws(VectorError) {
    self.name = name
    var rest = file[...]
    var appended: [UInt8] = []
    while true {
      guard let end = rest.firstIndex(of: 0x0A) else { throw .noMessage }
      let line = String(decoding: rest[..<end], as: UTF8.self)
      rest = rest[(end + 1)...]
      if line == "--" { break }
      let parts = line.split(separator: ": ", maxSplits: 1)
      guard parts.count == 2 else { throw .badLine(line) }
      if parts[0] == "append" {
        appended += try Self.appended(String(parts[1]))
      } else {
        try take(String(parts[0]), String(parts[1]))
      }
    }
    message = Array(rest) + appended
  }

  private mutating func take(_ key: String, _ value: String) throws(VectorError) {
    switch key {
    case "shows", "rule", "rfc", "source": break
    case "now":
      guard let seconds = UInt64(value) else { throw .badLine(value) }
      time = Timestamp(seconds)
    case "txt": try takeRecord(value)
    case "error": try takeError(value)
    case "policy": try takePolicy(value)
    case "queries": mostQueries = Int(value)
    case "expect": expectations.append(Self.expectation(value))
    case "reason":
      guard !expectations.isEmpty else { throw .badLine(value) }
      expectations[expectations.count - 1].reason = value
    default: throw .badLine(key)
    }
  }

  private mutating func takeRecord(_ value: String) throws(VectorError) {
    let parts = value.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else { throw .badLine(value) }
    var records: [[UInt8]] = []
    if case .records(let known, _) = answers[String(parts[0])] { records = known }
    records.append(Self.unescaped(String(parts[1])))
    answers[String(parts[0])] = .records(records, secure: false)
  }

  private mutating func takeError(_ value: String) throws(VectorError) {
    let parts = value.split(separator: " ").map(String.init)
    guard parts.count == 2 else { throw .badLine(value) }
    answers[parts[0]] =
      switch parts[1] {
      case "servfail": .failure(.serverFailure)
      case "refused": .failure(.refused)
      case "timeout": .failure(.timeout(seconds: 5))
      case "malformed": .failure(.malformed("a vector says so"))
      case "nxdomain": .noSuchName(secure: false)
      case "nodata": .noData(secure: false)
      default: throw .badLine(value)
      }
  }

  private mutating func takePolicy(_ value: String) throws(VectorError) {
    let parts = value.split(separator: "=").map(String.init)
    switch (parts.first, parts.last) {
    case ("unsignedBody", "accept"): policy.unsignedBody = .accept
    case ("singleLabelDomains", "accept"): policy.singleLabelDomains = .accept
    case ("clockDrift", let text?): policy.clockDrift = .seconds(Int64(text) ?? 0)
    case ("maximumSignatures", let text?): policy.maximumSignatures = Int(text) ?? 0
    default: throw .badLine(value)
    }
  }

  private static func expectation(_ value: String) -> Expectation {
    let parts = value.split(separator: " also ").map(String.init)
    return Expectation(
      word: parts[0], alsoConforming: parts.count > 1 ? parts[1].split(separator: ",").map(String.init) : [])
  }

  /// A count, a space, and the bytes to repeat that many times.
  private static func appended(_ value: String) throws(VectorError) -> [UInt8] {
    let parts = value.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, let count = Int(parts[0]) else { throw .badLine(value) }
    let piece = unescaped(String(parts[1]))
    return Array(repeatElement(piece, count: count).joined())
  }

  static func unescaped(_ text: String) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\"), rest.first == UInt8(ascii: "x") else {
        bytes.append(byte)
        continue
      }
      let digits = String(decoding: rest.dropFirst().prefix(2), as: UTF8.self)
      bytes.append(UInt8(digits, radix: 16) ?? 0)
      rest = rest.dropFirst(3)
    }
    return bytes
  }
}

enum VectorError: Error {
  case noMessage
  case badLine(String)
}
