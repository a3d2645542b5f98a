public import DKIMCore

/// The assessment of a published key: whether receivers can use it, and whether it matches a private key.
///
///     let check = PublishedKeyCheck(query, await source.answer(query))
///     for issue in check.issues { print(issue.text, issue.fix ?? "") }
public struct PublishedKeyCheck: Sendable, Hashable {
  /// Whether a key can be used.
  public enum Outcome: Sendable, Hashable {
    /// The key can be used, perhaps with warnings.
    case usable
    /// The key can be used, but not with the private key.
    case mismatch
    /// The key cannot be used.
    case unusable
  }

  /// The name of the record, without the trailing dot.
  public let name: String
  /// Whether the response was secured by DNSSEC; `nil` if it has no usable record.
  public private(set) var isSecure: Bool?
  /// The problems and notes, the most important first. Their texts have no control characters.
  public private(set) var issues: [KeyIssue] = []

  /// The most severe of the issues.
  public var outcome: Outcome {
    if issues.contains(where: { $0.severity == .failure }) { return .unusable }
    return issues.contains { $0.severity == .mismatch } ? .mismatch : .usable
  }

  /// Assesses the response to a query for a key.
  ///
  /// - Parameters:
  ///   - query: the query for the key.
  ///   - answer: the response to the query.
  ///   - privateKey: the key that signs; `nil` if the published key is not compared with a private key.
  public init(_ query: KeyQuery, _ answer: KeyAnswer, privateKey: SigningKey? = nil) {
    name = query.name
    switch answer {
    case .failure(let failure): issues = [Self.issue(failure, name)]
    case .noSuchName: issues = [Self.notFound(name, "nothing is published at this name")]
    case .noData, .records([], _): issues = [Self.notFound(name, "the name exists but has no TXT record")]
    case .records(let texts, let secure):
      if texts.count > 1 {
        issues = Self.several(texts, name)
      } else if let text = texts.first {
        examine(text, secure, privateKey)
      }
    }
  }

  private mutating func examine(_ text: [UInt8], _ secure: Bool, _ privateKey: SigningKey?) {
    let record: KeyRecord
    do { record = try KeyRecord(text) } catch {
      issues = RecordFaults.failures(error, text)
      return
    }
    isSecure = secure
    issues = Self.usability(record) + Self.flags(record) + RecordFaults.warnings(text)
    if let privateKey, !record.belongs(to: privateKey) { issues.append(Self.mismatch(record, privateKey)) }
  }

  /// Looks for the record below `example.com.example.com`, where a zone file publishes it if the dot at the end of
  /// the name is missing. This is useful if the record does not exist at its name.
  ///
  /// - Returns: the issue; `nil` if there is no such record.
  public static func misplaced(_ query: KeyQuery, in source: any PublicKeySource) async -> KeyIssue? {
    guard let twice = try? DomainName("\(query.domain).\(query.domain)"),
      let mistake = KeyQuery(domain: twice, selector: query.selector),
      case .records(let texts, _) = await source.answer(mistake), !texts.isEmpty
    else { return nil }
    return KeyIssue(
      .failure, "there is a record at '\(mistake.name)'",
      fix: "end the name in the zone file with a dot, or omit the domain")
  }

  private static func notFound(_ name: String, _ detail: String) -> KeyIssue {
    KeyIssue(
      .failure, "'\(name)' record not found",
      fix: "\(detail); publish the record there; a new one may stay invisible for the zone's negative TTL")
  }

  private static func issue(_ failure: KeyLookupFailure, _ name: String) -> KeyIssue {
    switch failure {
    case .timeout(let seconds):
      KeyIssue(
        .failure, "'\(name)' query timed out",
        fix: "no name server responded within \(seconds) s; try another one", suggestsOtherServer: true)
    case .serverFailure:
      KeyIssue(
        .failure, "'\(name)' query failed: SERVFAIL",
        fix: "the zone's servers do not respond, or its DNSSEC signatures are invalid; check the zone")
    case .refused:
      KeyIssue(.failure, "'\(name)' query failed: REFUSED", fix: "the name server does not serve you; try another one")
    case .responseCode(let code):
      KeyIssue(.failure, "'\(name)' query failed: response code \(code)", fix: "try another name server")
    case .malformed(let text):
      KeyIssue(.failure, "'\(name)' query failed: \(PrintableText.escaped(text))", fix: "try another name server")
    case .aliasLoop:
      KeyIssue(
        .failure, "'\(name)' query failed: CNAME loop",
        fix: "the CNAME records form a loop, or there are too many; point the first one directly to the record")
    case .bogus:
      KeyIssue(
        .failure, "key bogus (DNSSEC failed)", fix: "the zone's DNSSEC signatures are invalid; sign the zone again")
    case .unavailable(let text):
      KeyIssue(
        .failure, "'\(name)' query failed: \(PrintableText.escaped(text))", fix: "give a server",
        suggestsOtherServer: true)
    }
  }

  private static func several(_ texts: [[UInt8]], _ name: String) -> [KeyIssue] {
    let described = texts.prefix(10).map { text in
      let words: String
      do {
        let record = try KeyRecord(text)
        words = "a key (\(record.keyType.rawValue), \(record.keyBits) bits)"
      } catch { words = "\(error)" }
      return PrintableText.escaped("\"\(String(decoding: text.prefix(40), as: UTF8.self))...\" is \(words)")
    }
    return [
      KeyIssue(
        .failure, "multiple DNS replies for '\(name)'",
        fix: "there are \(texts.count) TXT records, and receivers may use any of them; keep only one. "
          + described.joined(separator: "; "))
    ]
  }

  private static func usability(_ record: KeyRecord) -> [KeyIssue] {
    var issues: [KeyIssue] = []
    if record.keyType == .rsa, record.keyBits < 1024 {
      issues.append(
        KeyIssue(
          .failure, "key too small: RSA with \(record.keyBits) bits, which receivers must not accept (RFC 8301)",
          fix: "generate a key of 2048 bits with a new selector"))
    } else if record.keyType == .rsa, record.keyBits < 2048 {
      issues.append(
        KeyIssue(
          .warning, "weak key: RSA with \(record.keyBits) bits; 2048 is recommended (RFC 8301)",
          fix: "generate a key of 2048 bits with a new selector, sign with it, and revoke this one a week later"))
    }
    if !record.allowsSHA256 {
      issues.append(
        KeyIssue(
          .failure, "h=\(list(record.hashAlgorithms)) does not include sha256, so no signature can be verified",
          fix: "publish h=sha256, or omit h="))
    }
    if !record.servesEmail {
      issues.append(
        KeyIssue(
          .failure, "s=\(list(record.services)) does not include email, so the key cannot be used for mail",
          fix: "publish s=email, or omit s="))
    }
    return issues
  }

  private static func flags(_ record: KeyRecord) -> [KeyIssue] {
    var issues: [KeyIssue] = []
    if record.isTesting {
      issues.append(
        KeyIssue(
          .warning, "t=y: the domain is testing, so receivers treat its mail as unsigned",
          fix: "publish the record without t=y when testing is finished"))
    }
    if record.isStrict {
      issues.append(
        KeyIssue(.note, "t=s: signatures with an identity (i=) in a subdomain of d= are not valid"))
    }
    return issues
  }

  private static func mismatch(_ record: KeyRecord, _ key: SigningKey) -> KeyIssue {
    KeyIssue(
      .mismatch, "keys do not match",
      fix: "the published key is \(record.keyType.rawValue) with \(record.keyBits) bits, the private key is "
        + "\(key.type.rawValue) with \(key.bits) bits, p=\(PublishableKeyRecord.publicKeyText(of: key)); "
        + "publish the record of the private key, or sign with the private key of this selector")
  }

  private static func list(_ words: [String]?) -> String {
    PrintableText.escaped((words ?? []).joined(separator: ":"))
  }
}
