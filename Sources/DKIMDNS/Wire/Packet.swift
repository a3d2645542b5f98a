import CLDNS

/// A DNS message parsed by ldns; frees ldns's memory when it is destroyed.
@safe
struct Packet: ~Copyable {
  private let packet: UnsafeMutablePointer<ldns_pkt>

  /// One resource record, copied out of ldns's memory.
  struct Record: Sendable {
    enum Content: Sendable {
      case text([UInt8])
      case alias(WireName)
      case startOfAuthority(minimum: UInt32)
      case nameServer
    }
    let owner: WireName
    /// The TTL in seconds; values with the highest bit set count as 0. // RFC 2181 §8
    let lifetime: UInt32
    let content: Content
  }

  /// Parses a message.
  /// - Throws: ldns's error text if the message is malformed.
  init(_ bytes: Span<UInt8>) throws(PacketError) {
    var parsed: UnsafeMutablePointer<ldns_pkt>?
    let status = unsafe bytes.withUnsafeBufferPointer {
      unsafe ldns_wire2pkt(&parsed, $0.baseAddress, $0.count)
    }
    guard status == LDNS_STATUS_OK, let parsed = unsafe parsed else {
      // On failure, ldns has freed its memory itself.
      throw PacketError(reason: Self.words(for: status))
    }
    unsafe packet = parsed
  }

  deinit { unsafe ldns_pkt_free(packet) }

  var isAuthenticated: Bool { unsafe ldns_pkt_ad(packet) }
  var isAuthoritative: Bool { unsafe ldns_pkt_aa(packet) }

  /// The response code, including the upper bits from the EDNS record. // RFC 6891 §6.1.3
  var responseCode: UInt16 {
    unsafe UInt16(ldns_pkt_edns_extended_rcode(packet)) << 4 | UInt16(ldns_pkt_get_rcode(packet).rawValue & 0x0F)
  }

  /// Returns the records of class IN and of relevant types in the answer section, in their order.
  func answers() throws(PacketError) -> [Record] { try unsafe records(ldns_pkt_answer(packet)) }

  /// Returns the records of class IN and of relevant types in the authority section, in their order.
  func authorities() throws(PacketError) -> [Record] { try unsafe records(ldns_pkt_authority(packet)) }

  /// The extended error codes. // RFC 8914 §2
  var extendedErrors: [UInt16] {
    guard let options = unsafe ldns_pkt_edns_get_option_list(packet) else { return [] }
    var codes: [UInt16] = []
    for index in 0..<(unsafe ldns_edns_option_list_get_count(options)) {
      guard let option = unsafe ldns_edns_option_list_get_option(options, index),
        unsafe ldns_edns_get_code(option) == LDNS_EDNS_EDE, unsafe ldns_edns_get_size(option) >= 2,
        let data = unsafe ldns_edns_get_data(option)
      else { continue }
      codes.append(unsafe UInt16(data[0]) << 8 | UInt16(data[1]))
    }
    return codes
  }

  private func records(_ list: UnsafeMutablePointer<ldns_rr_list>?) throws(PacketError) -> [Record] {
    guard let list = unsafe list else { return [] }
    var records: [Record] = []
    for index in 0..<(unsafe ldns_rr_list_rr_count(list)) {
      guard let record = unsafe ldns_rr_list_rr(list, index),
        unsafe ldns_rr_get_class(record) == LDNS_RR_CLASS_IN,
        let content = try unsafe Self.content(of: record)
      else { continue }
      guard let owner = unsafe Self.name(ldns_rr_owner(record)) else {
        throw PacketError(reason: "a record has no usable name")
      }
      let lifetime = unsafe ldns_rr_ttl(record)
      records.append(Record(owner: owner, lifetime: lifetime > Int32.max ? 0 : lifetime, content: content))
    }
    return records
  }

  /// Returns the content of a record; `nil` if its type is not relevant.
  private static func content(of record: UnsafeMutablePointer<ldns_rr>) throws(PacketError) -> Record.Content? {
    switch unsafe ldns_rr_get_type(record) {
    case LDNS_RR_TYPE_TXT:
      return .text(try unsafe text(of: record))
    case LDNS_RR_TYPE_CNAME:
      guard let target = unsafe name(ldns_rr_rdf(record, 0)) else {
        throw PacketError(reason: "a CNAME record has no usable target")
      }
      return .alias(target)
    case LDNS_RR_TYPE_SOA:
      guard let minimum = unsafe ldns_rr_rdf(record, 6), unsafe ldns_rdf_size(minimum) == 4 else {
        throw PacketError(reason: "an SOA record is incomplete")
      }
      return unsafe .startOfAuthority(minimum: ldns_rdf2native_int32(minimum))
    case LDNS_RR_TYPE_NS:
      return .nameServer
    default:
      return nil
    }
  }

  /// Concatenates the character-strings of a TXT record. // RFC 6376 §3.6.2.2
  private static func text(of record: UnsafeMutablePointer<ldns_rr>) throws(PacketError) -> [UInt8] {
    var text: [UInt8] = []
    for index in 0..<(unsafe ldns_rr_rd_count(record)) {
      let field = unsafe bytes(of: ldns_rr_rdf(record, index))
      guard let length = field.first, Int(length) == field.count - 1 else {
        throw PacketError(reason: "a TXT record has a broken character-string")
      }
      text += field.dropFirst()
    }
    return text
  }

  private static func name(_ field: UnsafeMutablePointer<ldns_rdf>?) -> WireName? {
    WireName(unsafe bytes(of: field).span)
  }

  private static func bytes(of field: UnsafeMutablePointer<ldns_rdf>?) -> [UInt8] {
    guard let field = unsafe field, let data = unsafe ldns_rdf_data(field) else { return [] }
    return unsafe Array(UnsafeBufferPointer(start: data, count: ldns_rdf_size(field)))
  }

  private static func words(for status: ldns_status) -> String {
    guard let words = unsafe ldns_get_errorstr_by_id(status) else { return "not a DNS message" }
    return unsafe String(cString: words)
  }
}

/// The reason why a message is malformed.
struct PacketError: Error, Sendable, Hashable {
  let reason: String
}
