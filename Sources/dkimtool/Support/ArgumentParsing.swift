import ArgumentParser
import DKIMCore
import DKIMDNS

/// Words of the command line turned into values; what is wrong with one says so.
enum ArgumentParsing {
  static func domain(_ text: String) throws -> DomainName {
    do { return try DomainName(text) } catch { throw ValidationError("\"\(text)\" \(error)") }
  }

  /// A domain as zone files write it: a dot at the end is dropped.
  static func zoneDomain(_ text: String) throws -> DomainName {
    try domain(text.count > 1 && text.hasSuffix(".") && !text.hasSuffix("..") ? String(text.dropLast()) : text)
  }

  static func selector(_ text: String) throws -> Selector {
    do { return try Selector(text) } catch { throw ValidationError("\"\(text)\" \(error)") }
  }

  static func canonicalization(_ text: String) throws -> Canonicalization {
    guard let value = Canonicalization(text) else {
      throw ValidationError(
        "\"\(text)\" is no canonicalization; expected simple or relaxed, or two of them with a slash")
    }
    return value
  }

  static func algorithm(_ text: String) throws -> SigningAlgorithm {
    if let algorithm = SigningAlgorithm(rawValue: text.lowercased()) { return algorithm }
    let known = SigningAlgorithm.allCases.map(\.rawValue).joined(separator: " or ")
    throw ValidationError(
      text.lowercased() == "rsa-sha1"
        ? "rsa-sha1 must not be used any more; expected \(known)" : "\"\(text)\" is no algorithm; expected \(known)")
  }

  /// `alice+x@example.com`, `@sub.example.com`: what stands behind the last "@" is the domain.
  static func identity(_ text: String) throws -> Identity {
    guard let at = text.lastIndex(of: "@") else {
      throw ValidationError("\"\(text)\" is no identity; expected an address, or \"@\" and a domain")
    }
    let localPart = String(text[..<at])
    guard !localPart.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else {
      throw ValidationError("the identity has a control character")
    }
    return Identity(localPart: localPart, domain: try domain(String(text[text.index(after: at)...])))
  }

  static func headerSelection(_ text: String) throws -> HeaderSelection {
    do { return try HeaderSelection(list: list(text)) } catch { throw ValidationError("\(error)") }
  }

  /// Names of header fields, without wildcards; none at all is a list too.
  static func headerNames(_ text: String) throws -> [String] {
    let names = list(text)
    do { _ = try HeaderSelection(list: names) } catch { throw ValidationError("\(error)") }
    if let pattern = names.first(where: { $0.contains("*") }) {
      throw ValidationError("\"\(pattern)\": no wildcards here, names of header fields are expected")
    }
    return names
  }

  static func timestamp(_ text: String) throws -> Timestamp {
    guard let seconds = UInt64(text), seconds <= 999_999_999_999 else {
      throw ValidationError("\"\(text)\" is no time; expected whole seconds since 1970-01-01 00:00:00 UTC")
    }
    return Timestamp(seconds)
  }

  static func seconds(_ text: String) throws -> UInt64 {
    guard let seconds = UInt64(text), (1...999_999_999_999).contains(seconds) else {
      throw ValidationError("\"\(text)\" is no number of seconds; expected a whole number above 0")
    }
    return seconds
  }

  /// A number of bytes, or `whole`.
  static func bodyLength(_ text: String) throws -> SignedBodyLength {
    if text.lowercased() == "whole" { return .whole }
    guard let bytes = UInt64(text) else {
      throw ValidationError("\"\(text)\" is not a number of bytes; expected a whole number, or \"whole\"")
    }
    return .atMost(bytes)
  }

  static func jobs(_ text: String) throws -> Int {
    guard let count = Int(text), (1...1024).contains(count) else {
      throw ValidationError("\"\(text)\" is no number of jobs; expected 1 to 1024")
    }
    return count
  }

  static func nameServer(_ text: String) throws -> NameServer {
    do { return try NameServer(text) } catch { throw ValidationError("\(error)") }
  }

  /// The elements between commas, blanks around them left out.
  private static func list(_ text: String) -> [String] {
    guard text.contains(where: { $0 != " " }) else { return [] }
    return text.split(separator: ",", omittingEmptySubsequences: false).map { element in
      String(element.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
  }
}
