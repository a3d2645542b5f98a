internal import DKIMCore

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
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "$"), let next = rest.first else {
        plain.append(byte)
        continue
      }
      switch next {
      case UInt8(ascii: "d"):
        flush()
        pieces.append(.key)
      case UInt8(ascii: "D"):
        flush()
        pieces.append(.domain)
      case UInt8(ascii: "$"): plain += [byte, next]
      default:
        plain.append(byte)
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
    var bytes: [UInt8] = []
    for piece in pieces {
      switch (piece, location) {
      case (.text(let text), _): bytes += text.utf8
      case (.key, .dn): LDAPEscaping.append(key.utf8, toDN: &bytes)
      case (.key, .filter): LDAPEscaping.append(key.utf8, toFilter: &bytes)
      case (.domain, .dn): bytes += LDAPEscaping.domain(key)
      case (.domain, .filter): LDAPEscaping.append(LDAPEscaping.domain(key), toFilter: &bytes)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// Escapes texts so that they can only be values.
enum LDAPEscaping {
  /// Appends a text to a filter. // RFC 4515 §3
  static func append(_ text: some Sequence<UInt8>, toFilter bytes: inout [UInt8]) {
    for byte in text {
      switch byte {
      case 0x00, UInt8(ascii: "*"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "\\"):
        appendHex(byte, to: &bytes)
      default: bytes.append(byte)
      }
    }
  }

  /// Appends a text to a DN, at any place in a value. It escapes more than it must: blanks are special only at the ends
  /// of a value, and control characters not at all. // RFC 4514 §2.4
  static func append(_ text: some Sequence<UInt8>, toDN bytes: inout [UInt8]) {
    for byte in text {
      switch byte {
      case 0x00...0x20, 0x7F, UInt8(ascii: "\""), UInt8(ascii: "#"), UInt8(ascii: "+"), UInt8(ascii: ","),
        UInt8(ascii: ";"), UInt8(ascii: "<"), UInt8(ascii: "="), UInt8(ascii: ">"), UInt8(ascii: "\\"):
        appendHex(byte, to: &bytes)
      default: bytes.append(byte)
      }
    }
  }

  /// `dc=example,dc=com` for `example.com`
  static func domain(_ key: String) -> [UInt8] {
    var bytes: [UInt8] = []
    for label in key.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
      if !bytes.isEmpty { bytes.append(UInt8(ascii: ",")) }
      bytes += "dc=".utf8
      append(label, toDN: &bytes)
    }
    return bytes
  }

  private static func appendHex(_ byte: UInt8, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\\"))
    bytes += ASCII.hexDigits(byte).utf8
  }
}
