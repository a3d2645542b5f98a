import DKIMCore

/// The parser for responses that have passed ``MessageHead/fit(_:to:)``.
enum ReplyReader {
  /// The maximum length of a message: the maximum over TCP. // RFC 1035 §4.2.2
  static let messageLimit = 65_535

  /// Parses a response and follows its CNAMEs; their targets are appended to `chain`.
  static func read(_ bytes: Span<UInt8>, chain: inout AliasChain) -> Reply {
    guard bytes.count <= messageLimit else { return .failure(.malformed("longer than 65535 bytes")) }
    // A truncated message may end anywhere, so no part of it is used. // RFC 2181 §9
    if MessageHead.isTruncated(bytes) { return .truncated }
    do throws(PacketError) {
      return try read(Packet(bytes), &chain)
    } catch {
      return .failure(.malformed(error.reason))
    }
  }

  private static func read(_ packet: borrowing Packet, _ chain: inout AliasChain) throws(PacketError) -> Reply {
    switch packet.responseCode {
    // NOERROR, NXDOMAIN
    case 0, 3: break
    // FORMERR, NOTIMP, BADVERS // RFC 6891 §7, §9
    case 1, 4, 16: return .notUnderstood(code: UInt8(clamping: packet.responseCode))
    case 2: return .failure(saysBogus(packet) ? .bogus : .serverFailure)
    case 5: return .failure(.refused)
    case let code: return .failure(.responseCode(UInt8(clamping: code)))
    }
    return try followAliases(packet, &chain)
  }

  /// Finds the TXT records at the end of the chain of CNAMEs.
  private static func followAliases(
    _ packet: borrowing Packet, _ chain: inout AliasChain
  ) throws(PacketError) -> Reply {
    let answers = try packet.answers()
    let isNameError = packet.responseCode == 3
    var metadata = ReplyMetadata(lifetime: .max, authenticated: packet.isAuthenticated)
    var followed = false
    while true {
      let here = answers.filter { $0.owner == chain.current }
      let texts = here.compactMap(text)
      if !texts.isEmpty {
        guard !isNameError else { throw PacketError(reason: "NXDOMAIN together with records of the name") }
        for case let record in here where text(record) != nil {
          metadata.lifetime = min(metadata.lifetime, record.lifetime)
        }
        return .records(texts, metadata)
      }
      guard let (target, lifetime) = try alias(here) else { break }
      guard chain.follow(target) else { return .failure(.aliasLoop) }
      metadata.lifetime = min(metadata.lifetime, lifetime)
      followed = true
    }
    return try negative(packet, name: chain.current, isNameError: isNameError, followed: followed, metadata)
  }

  /// Interprets a response without TXT records: NXDOMAIN, no data, a referral, or a CNAME whose target the response
  /// does not contain. // RFC 2308 §2
  private static func negative(
    _ packet: borrowing Packet, name: WireName, isNameError: Bool, followed: Bool, _ metadata: ReplyMetadata
  ) throws(PacketError) -> Reply {
    let authorities = try packet.authorities()
    var metadata = metadata
    var isReferral = false
    var lifetime: UInt32?
    for record in authorities where name.isEqualToOrSubdomain(of: record.owner) {
      switch record.content {
      case .startOfAuthority(let minimum): lifetime = min(record.lifetime, minimum)  // RFC 2308 §5
      case .nameServer: isReferral = true
      case .text, .alias: break
      }
    }
    if !isNameError, lifetime == nil {
      if followed { return .alias(metadata) }
      if isReferral, !packet.isAuthoritative { throw PacketError(reason: "a referral to other name servers") }
    }
    metadata.lifetime = min(metadata.lifetime, lifetime ?? 0)
    return isNameError ? .noSuchName(metadata) : .noData(metadata)
  }

  /// Returns the CNAME of a name; a name may have only one. // RFC 2181 §10.1
  private static func alias(_ records: [Packet.Record]) throws(PacketError) -> (WireName, UInt32)? {
    var found: (WireName, UInt32)?
    for record in records {
      guard case .alias(let target) = record.content else { continue }
      if let found, found.0 != target { throw PacketError(reason: "a name with two CNAME records") }
      found = (target, record.lifetime)
    }
    return found
  }

  private static func text(_ record: Packet.Record) -> [UInt8]? {
    if case .text(let text) = record.content { text } else { nil }
  }

  /// Returns whether an extended error reports a failed validation: 6 DNSSEC Bogus to 12 NSEC Missing. // RFC 8914 §4
  private static func saysBogus(_ packet: borrowing Packet) -> Bool {
    packet.extendedErrors.contains { (6...12).contains($0) }
  }
}
