/// An error in the DER encoding of a key, and its location.
public struct DERError: Error, Sendable, Hashable {
  /// The kinds of DER errors.
  public enum Fault: Sendable, Hashable {
    /// The data ends inside an element.
    case truncated
    /// An element of a different type than expected; both are identifier octets.
    case unexpected(tag: UInt8, expected: UInt8)
    /// A length in indefinite form, not in the shortest form, or of more than four bytes.
    case lengthForm
    /// An INTEGER that is empty or not in the shortest form, or a BIT STRING that does not consist of whole bytes.
    case valueForm
    /// Extra data after the end of the structure.
    case trailing
  }

  /// The kind of error.
  public let fault: Fault
  /// The offset in the decoded key, in bytes from 0.
  public let offset: Int
}

extension DERError: CustomStringConvertible {
  public var description: String {
    switch fault {
    case .truncated: "the DER data is truncated at byte \(offset + 1)"
    case .unexpected(let tag, let expected):
      "the DER data has \(DER.name(of: tag)) at byte \(offset + 1), expected \(DER.name(of: expected))"
    case .lengthForm: "the DER data has an invalid length at byte \(offset + 1)"
    case .valueForm: "the DER data has an invalid value at byte \(offset + 1)"
    case .trailing: "the DER data is followed by extra data at byte \(offset + 1)"
    }
  }
}

/// The element types that keys consist of. // X.690 §8
enum DER {
  static let integer: UInt8 = 0x02
  static let bitString: UInt8 = 0x03
  static let octetString: UInt8 = 0x04
  static let null: UInt8 = 0x05
  static let objectIdentifier: UInt8 = 0x06
  static let sequence: UInt8 = 0x30
  /// The optional last elements of a private key: attributes, and the public key.
  static let context0: UInt8 = 0xA0
  static let context1: UInt8 = 0x81

  static func name(of tag: UInt8) -> String {
    switch tag {
    case integer: "an INTEGER"
    case bitString: "a BIT STRING"
    case octetString: "an OCTET STRING"
    case null: "NULL"
    case objectIdentifier: "an OBJECT IDENTIFIER"
    case sequence: "a SEQUENCE"
    default: "an element 0x" + ASCII.hexDigits(tag)
    }
  }
}

/// An INTEGER: its sign and the location of its magnitude, without leading zero bytes.
struct DERInteger {
  let isNegative: Bool
  /// Empty if the number is zero; meaningless if it is negative.
  let magnitude: Range<Int>

  var isZero: Bool { magnitude.isEmpty }
  var isPositive: Bool { !isNegative && !isZero }

  /// Returns the number of significant bits (not rounded up to whole bytes).
  func bits(in bytes: Span<UInt8>) -> Int {
    guard !magnitude.isEmpty else { return 0 }
    return magnitude.count * 8 - bytes[magnitude.lowerBound].leadingZeroBitCount
  }

  func isEven(in bytes: Span<UInt8>) -> Bool {
    magnitude.isEmpty || bytes[magnitude.upperBound - 1] & 1 == 0
  }
}

/// Reads the elements of one nesting level; never reads outside its bounds, never recurses.
struct DERReader {
  private(set) var offset: Int
  private let end: Int

  init(_ bounds: Range<Int>) {
    offset = bounds.lowerBound
    end = bounds.upperBound
  }

  /// Returns the identifier octet of the next element; `nil` at the end.
  func nextTag(in bytes: Span<UInt8>) -> UInt8? {
    offset < end ? bytes[offset] : nil
  }

  func requireEnd() throws(DERError) {
    guard offset == end else { throw DERError(fault: .trailing, offset: offset) }
  }

  /// Reads one element and returns the range of its contents.
  mutating func read(_ tag: UInt8, in bytes: Span<UInt8>) throws(DERError) -> Range<Int> {
    guard offset < end else { throw DERError(fault: .truncated, offset: offset) }
    guard bytes[offset] == tag else {
      throw DERError(fault: .unexpected(tag: bytes[offset], expected: tag), offset: offset)
    }
    offset += 1
    let length = try readLength(in: bytes)
    guard length <= end - offset else { throw DERError(fault: .truncated, offset: end) }
    let contents = offset..<offset + length
    offset = contents.upperBound
    return contents
  }

  /// Reads a SEQUENCE and returns a reader for its contents.
  mutating func enter(in bytes: Span<UInt8>) throws(DERError) -> DERReader {
    DERReader(try read(DER.sequence, in: bytes))
  }

  /// Reads an INTEGER in the shortest form. // X.690 §8.3.2
  mutating func readInteger(in bytes: Span<UInt8>) throws(DERError) -> DERInteger {
    let contents = try read(DER.integer, in: bytes)
    guard let first = contents.first else { throw DERError(fault: .valueForm, offset: offset) }
    if contents.count > 1 {
      let second = bytes[first + 1]
      let redundant = (bytes[first] == 0 && second < 0x80) || (bytes[first] == 0xFF && second >= 0x80)
      guard !redundant else { throw DERError(fault: .valueForm, offset: first) }
    }
    let start = bytes[first] == 0 ? first + 1 : first
    return DERInteger(isNegative: bytes[first] >= 0x80, magnitude: start..<contents.upperBound)
  }

  /// Reads a BIT STRING of whole bytes and returns their range.
  mutating func readBitString(in bytes: Span<UInt8>) throws(DERError) -> Range<Int> {
    let contents = try read(DER.bitString, in: bytes)
    guard let unused = contents.first, bytes[unused] == 0 else {
      throw DERError(fault: .valueForm, offset: contents.lowerBound)
    }
    return contents.dropFirst().startIndex..<contents.upperBound
  }

  /// Reads a length: one byte below 128, or the shortest form with up to four length bytes. // X.690 §10.1
  private mutating func readLength(in bytes: Span<UInt8>) throws(DERError) -> Int {
    guard offset < end else { throw DERError(fault: .truncated, offset: offset) }
    let start = offset
    let first = bytes[offset]
    offset += 1
    if first < 0x80 { return Int(first) }
    let count = Int(first & 0x7F)
    guard 1...4 ~= count else { throw DERError(fault: .lengthForm, offset: start) }
    guard count <= end - offset else { throw DERError(fault: .truncated, offset: end) }
    var length: UInt32 = 0
    for _ in 0..<count {
      length = length << 8 | UInt32(bytes[offset])
      offset += 1
    }
    let shortest = count == 1 ? length >= 0x80 : length >> (8 * UInt32(count - 1)) != 0
    // Such a length is past the end on any platform; the check keeps it within an Int on 32-bit ones.
    guard shortest, let value = Int(exactly: length) else { throw DERError(fault: .lengthForm, offset: start) }
    return value
  }
}
