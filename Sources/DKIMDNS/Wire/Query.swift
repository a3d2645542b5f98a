import CLDNS
import Glibc

/// One TXT query in wire format that requests recursion, DNSSEC records and the AD bit.
struct Query: Sendable {
  /// The maximum size of a response over UDP, in bytes: the value of DNS flag day 2020, with which responses are not
  /// fragmented. // RFC 9715
  static let datagramLimit: UInt16 = 1232

  let id: UInt16
  let bytes: [UInt8]
  /// The question section: name, type, class. A response must repeat it.
  let question: [UInt8]

  /// Creates a query; `nil` if ldns rejects the name or is out of memory. `extended` adds the EDNS0 record.
  init?(name: WireName, id: UInt16, extended: Bool) {
    guard let bytes = Self.packet(name: name, id: id, extended: extended),
      bytes.count >= MessageHead.length + name.bytes.count + 4
    else { return nil }
    self.id = id
    self.bytes = bytes
    question = Array(bytes[MessageHead.length..<(MessageHead.length + name.bytes.count + 4)])
  }

  private static func packet(name: WireName, id: UInt16, extended: Bool) -> [UInt8]? {
    let owner = unsafe name.bytes.withUnsafeBytes {
      unsafe ldns_rdf_new_frm_data(LDNS_RDF_TYPE_DNAME, $0.count, $0.baseAddress)
    }
    guard let owner = unsafe owner else { return nil }
    // If the packet is created, it takes ownership of the name; otherwise the name must be freed here.
    guard
      let packet = unsafe ldns_pkt_query_new(owner, LDNS_RR_TYPE_TXT, LDNS_RR_CLASS_IN, UInt16(LDNS_RD))
    else {
      unsafe ldns_rdf_deep_free(owner)
      return nil
    }
    defer { unsafe ldns_pkt_free(packet) }
    unsafe ldns_pkt_set_id(packet, id)
    unsafe ldns_pkt_set_ad(packet, true)  // RFC 6840 §5.7
    if extended {
      unsafe ldns_pkt_set_edns_udp_size(packet, datagramLimit)
      unsafe ldns_pkt_set_edns_do(packet, true)
    }
    return unsafe serialized(packet)
  }

  private static func serialized(_ packet: UnsafeMutablePointer<ldns_pkt>) -> [UInt8]? {
    var start: UnsafeMutablePointer<UInt8>?
    var count = 0
    let status = unsafe ldns_pkt2wire(&start, packet, &count)
    defer { unsafe free(start) }
    guard status == LDNS_STATUS_OK, let start = unsafe start else { return nil }
    return unsafe Array(UnsafeBufferPointer(start: start, count: count))
  }
}
