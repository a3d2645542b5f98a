public import NIOCore

/// A header field as the MTA reports it to a filter.
///
/// An MTA sends the value in one of two forms, depending on whether `headerLeadingSpace` was agreed on. The properties
/// of this type do not depend on that: use ``value`` to read a field, and ``exactValue`` to hash it.
public struct MilterHeaderField: Sendable, Hashable {
  /// The name, without the colon.
  public let name: ByteBuffer
  /// The value in the form in which the MTA sent it, unchanged.
  public let received: ByteBuffer
  /// Whether the space after the colon, if the field has one, is part of ``received``: `headerLeadingSpace`.
  private let includesSpace: Bool

  /// Creates a field from a packet, or for tests.
  /// - Parameters:
  ///   - name: The name of the field, without the colon.
  ///   - received: The value as the MTA sends it.
  ///   - includesSpace: Whether `headerLeadingSpace` was agreed on.
  public init(name: ByteBuffer, received: ByteBuffer, includesSpace: Bool) {
    self.name = name
    self.received = received
    self.includesSpace = includesSpace
  }

  /// The value without the space after the colon, in the form that ``MilterModification`` uses, too.
  ///
  /// One space after the colon is not part of the value; a tab, or more spaces, are. A line fold is an LF and the white
  /// space that follows it, and contains no CR. There is no line ending at the end. For `Subject: a CRLF TAB b`, it is
  /// `a LF TAB b`.
  public var value: ByteBuffer {
    var value = received
    if includesSpace, value.readableBytesView.first == Self.space { value.moveReaderIndex(forwardBy: 1) }
    guard value.readableBytesView.contains(Self.cr) else { return value }
    return ByteBuffer(bytes: MilterModification.withoutCarriageReturns(value.readableBytesView))
  }

  /// The bytes between the colon and the line ending of the field, as they are in the message: the space after the
  /// colon is included, and a line fold is CRLF and the white space that follows it. These are the bytes that a
  /// signature covers.
  ///
  /// An LF that is not followed by white space is not a fold, and is kept unchanged: readers that treat it as the end
  /// of a line see another field there.
  ///
  /// Without `headerLeadingSpace`, an MTA removes one space, so `Subject:x` and `Subject: x` look the same, and the
  /// more common form is assumed. A tab is never removed.
  public var exactValue: [UInt8] {
    let value = received.readableBytesUInt8Span
    var exact: [UInt8] = []
    exact.reserveCapacity(value.count + 8)
    if !includesSpace, value.isEmpty || value[0] != Self.tab { exact.append(Self.space) }
    for i in value.indices {
      let isFold =
        value[i] == Self.lf && i + 1 < value.count && (value[i + 1] == Self.space || value[i + 1] == Self.tab)
      if isFold, i == 0 || value[i - 1] != Self.cr { exact.append(Self.cr) }
      exact.append(value[i])
    }
    return exact
  }

  private static let (tab, lf, cr, space) = (UInt8(0x09), UInt8(0x0A), UInt8(0x0D), UInt8(0x20))
}

extension MilterModification {
  /// Returns the bytes without the CR of each CRLF. Other CRs are kept, and so is CR CR LF: `PacketWriter` refuses a
  /// modification whose value contains a bare CR.
  static func withoutCarriageReturns(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.underestimatedCount)
    for byte in bytes {
      if byte == 0x0A, result.last == 0x0D, result.dropLast().last != 0x0D { result.removeLast() }
      result.append(byte)
    }
    return result
  }
}
