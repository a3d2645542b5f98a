/// A text in which `$d` is a placeholder for a key, and `$D` for the labels of the key, each with `dc=` before it and
/// separated by commas. `$$`, and `$` before any other character, are kept unchanged.
struct LDAPTemplate: Sendable, Hashable {
  enum Piece: Sendable, Hashable {
    case text(String)
    case key
    case domain
  }

  /// Where a text is inserted, which determines the characters to escape.
  enum Place: Sendable, Hashable {
    case dn, filter
  }

  let pieces: [Piece]

  init(pieces: [Piece]) { self.pieces = pieces }

  init(_ text: String) {
    var pieces: [Piece] = []
    var plain: [UInt8] = []
    let flush = {
      if !plain.isEmpty { pieces.append(.text(String(decoding: plain, as: UTF8.self))) }
      plain = []
    }
    var rest = Array(text.utf8)[...]
    while let octet = rest.popFirst() {
      guard octet == UInt8(ascii: "$"), let next = rest.first else {
        plain.append(octet)
        continue
      }
      switch next {
      case UInt8(ascii: "d"):
        flush()
        pieces.append(.key)
      case UInt8(ascii: "D"):
        flush()
        pieces.append(.domain)
      case UInt8(ascii: "$"): plain += [octet, next]
      default:
        plain.append(octet)
        continue
      }
      rest.removeFirst()
    }
    flush()
    self.pieces = pieces
  }

  var holdsKey: Bool {
    pieces.contains { if case .text = $0 { false } else { true } }
  }

  func text(for key: String, in location: Place) -> String {
    var octets: [UInt8] = []
    for piece in pieces {
      switch (piece, location) {
      case (.text(let text), _): octets += text.utf8
      case (.key, .dn): LDAPEscaping.append(key.utf8, toDN: &octets)
      case (.key, .filter): LDAPEscaping.append(key.utf8, toFilter: &octets)
      case (.domain, .dn): octets += LDAPEscaping.domain(key)
      case (.domain, .filter): LDAPEscaping.append(LDAPEscaping.domain(key), toFilter: &octets)
      }
    }
    return String(decoding: octets, as: UTF8.self)
  }
}

/// Escapes texts so that they can only be values.
enum LDAPEscaping {
  /// Appends a text to a filter. // RFC 4515 §3
  static func append(_ text: some Sequence<UInt8>, toFilter octets: inout [UInt8]) {
    for octet in text {
      switch octet {
      case 0x00, UInt8(ascii: "*"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "\\"):
        appendHex(octet, to: &octets)
      default: octets.append(octet)
      }
    }
  }

  /// Appends a text to a DN, at any place in a value. It escapes more than it must: blanks are special only at the ends
  /// of a value, and control characters not at all. // RFC 4514 §2.4
  static func append(_ text: some Sequence<UInt8>, toDN octets: inout [UInt8]) {
    for octet in text {
      switch octet {
      case 0x00...0x20, 0x7F, UInt8(ascii: "\""), UInt8(ascii: "#"), UInt8(ascii: "+"), UInt8(ascii: ","),
        UInt8(ascii: ";"), UInt8(ascii: "<"), UInt8(ascii: "="), UInt8(ascii: ">"), UInt8(ascii: "\\"):
        appendHex(octet, to: &octets)
      default: octets.append(octet)
      }
    }
  }

  /// `dc=example,dc=com` for `example.com`
  static func domain(_ key: String) -> [UInt8] {
    var octets: [UInt8] = []
    for label in key.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
      if !octets.isEmpty { octets.append(UInt8(ascii: ",")) }
      octets += "dc=".utf8
      append(label, toDN: &octets)
    }
    return octets
  }

  private static func appendHex(_ octet: UInt8, to octets: inout [UInt8]) {
    let digits = StaticString("0123456789abcdef")
    octets.append(UInt8(ascii: "\\"))
    for nibble in [octet >> 4, octet & 0xF] { octets.append(unsafe digits.utf8Start[Int(nibble)]) }
  }
}
