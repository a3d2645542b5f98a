import ArgumentParser
import DKIMCore
import DKIMDNS

/// Parsing of option values that several commands share. Errors state what is wrong with a value.
enum ArgumentParsing {
  static func domain(_ text: String) throws -> DomainName {
    do { return try DomainName(text) } catch { throw ValidationError("\"\(text)\" \(error)") }
  }

  /// Parses a domain as in a zone file: a dot at the end is removed.
  static func zoneDomain(_ text: String) throws -> DomainName {
    try domain(text.count > 1 && text.hasSuffix(".") && !text.hasSuffix("..") ? String(text.dropLast()) : text)
  }

  static func selector(_ text: String) throws -> Selector {
    do { return try Selector(text) } catch { throw ValidationError("\"\(text)\" \(error)") }
  }

  static func canonicalization(_ text: String) throws -> Canonicalization {
    guard let value = Canonicalization(text) else {
      throw ValidationError(
        "\"\(text)\" is not a canonicalization; expected simple or relaxed, or both parts with a slash")
    }
    return value
  }

  static func algorithm(_ text: String) throws -> SigningAlgorithm {
    if let algorithm = SigningAlgorithm(rawValue: text.lowercased()) { return algorithm }
    let known = SigningAlgorithm.allCases.map(\.rawValue).joined(separator: " or ")
    throw ValidationError(
      text.lowercased() == "rsa-sha1"
        ? "rsa-sha1 must no longer be used; expected \(known)" : "\"\(text)\" is not an algorithm; expected \(known)")
  }

  /// Parses `alice+x@example.com` or `@sub.example.com`. The domain follows the last "@".
  static func identity(_ text: String) throws -> Identity {
    guard let at = text.lastIndex(of: "@") else {
      throw ValidationError("\"\(text)\" is not an identity; expected an address, or \"@\" and a domain")
    }
    let localPart = String(text[..<at])
    guard !localPart.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else {
      throw ValidationError("the identity contains a control character")
    }
    return Identity(localPart: localPart, domain: try domain(String(text[text.index(after: at)...])))
  }

  static func headerSelection(_ text: String) throws -> HeaderSelection {
    do { return try HeaderSelection(list: list(text)) } catch { throw ValidationError("\(error)") }
  }

  /// Parses a list of names of header fields, without wildcards. The list may be empty.
  static func headerNames(_ text: String) throws -> [HeaderFieldName] {
    let texts = list(text)
    let names: [HeaderFieldName]
    do {
      _ = try HeaderSelection(list: texts)
      names = try texts.map { name in try HeaderFieldName(name) }
    } catch { throw ValidationError("\(error)") }
    if let pattern = texts.first(where: { $0.contains("*") }) {
      throw ValidationError("\"\(pattern)\": wildcards are not allowed here; expected names of header fields")
    }
    return names
  }

  static func timestamp(_ text: String) throws -> Timestamp {
    guard let seconds = UInt64(text), seconds <= 999_999_999_999 else {
      throw ValidationError("\"\(text)\" is not a time; expected whole seconds since 1970-01-01 00:00:00 UTC")
    }
    return Timestamp(seconds)
  }

  static func seconds(_ text: String) throws -> Duration {
    guard let seconds = Int64(text), (1...999_999_999_999).contains(seconds) else {
      throw ValidationError("\"\(text)\" is not a number of seconds; expected a whole number above 0")
    }
    return .seconds(seconds)
  }

  /// Parses a number of bytes, or `whole`.
  static func bodyLength(_ text: String) throws -> SignedBodyLength {
    if text.lowercased() == "whole" { return .whole }
    guard let bytes = UInt64(text) else {
      throw ValidationError("\"\(text)\" is not a number of bytes; expected a whole number, or \"whole\"")
    }
    return .atMost(bytes)
  }

  static func jobs(_ text: String) throws -> Int {
    guard let count = Int(text), (1...1024).contains(count) else {
      throw ValidationError("\"\(text)\" is not a number of jobs; expected 1 to 1024")
    }
    return count
  }

  static func nameServer(_ text: String) throws -> NameServer {
    do { return try NameServer(text) } catch { throw ValidationError("\(error)") }
  }

  /// Splits a list at commas and removes spaces around the elements.
  private static func list(_ text: String) -> [String] {
    guard text.contains(where: { $0 != " " }) else { return [] }
    return text.split(separator: ",", omittingEmptySubsequences: false).map { element in
      String(element.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
  }
}
