/// The header section of a message, with every field kept byte for byte.
///
/// Fields are separated by CRLF; a line that begins with a space or a tab continues the field above it. A line that is
/// not a header field (without a colon, or with a space inside the name) is kept in place but never treated as one.
/// // RFC 5322 §2.2, §4
public struct MessageHeader: Sendable {
  /// The maximum size of a header section; the rest is cut off.
  public struct Limits: Sendable, Hashable {
    /// The size in bytes, including all line endings except the last.
    public var bytes: Int
    /// The number of fields.
    public var fields: Int

    /// Creates limits: by default 1 MiB and 10,000 fields.
    public init(bytes: Int = 1 << 20, fields: Int = 10_000) {
      self.bytes = bytes
      self.fields = fields
    }
  }

  /// The limit that was reached; the header beyond it is not included.
  public enum Excess: Error, Sendable, Hashable {
    /// The header has more bytes than ``Limits/bytes``.
    case bytes(limit: Int)
    /// The header has more fields than ``Limits/fields``.
    case fields(limit: Int)
  }

  /// The location of a field in ``bytes``.
  struct Extent: Sendable {
    let start: Int
    /// The offset after the name, before any white space that precedes the colon; `start` if the name is missing.
    let nameEnd: Int
    /// The offset after the colon; `start` if the name is missing.
    let valueStart: Int
    /// The offset of the CRLF that ends the field.
    let end: Int
    /// The hash of the name in lower case.
    let nameHash: UInt64
  }

  private(set) var bytes: [UInt8] = []
  private(set) var fields: [Extent] = []
  /// The limit that the header exceeded, if any.
  public private(set) var excess: Excess?
  private let limits: Limits
  /// True if an appended value contains a CRLF that is not a fold, after which a reader sees another field.
  private var hasBrokenLines = false

  /// Creates an empty header to which fields are appended. For a whole message, use ``ParsedMessage``.
  public init(limits: Limits = Limits()) {
    self.limits = limits
  }

  /// Creates the header of a whole message; afterward, the reader is at the start of the body.
  init(_ message: Span<UInt8>, limits: Limits, reader: inout HeaderReader) {
    self.limits = limits
    fields.reserveCapacity(32)
    while let field = reader.nextField(message) {
      append(field, of: message)
    }
    // All fields are at the start of the message, so a single copy suffices and offsets stay valid.
    let end = fields.last?.end ?? 0
    bytes = Bytes.array(message.extracting(0..<end))
  }

  /// The number of fields, malformed ones included.
  public var count: Int { fields.count }

  /// Appends a field as received by a milter: the name, and everything after the colon (including a leading space),
  /// folded with CRLF.
  public mutating func append(name: Span<UInt8>, value: Span<UInt8>) {
    guard excess == nil else { return }
    let size = name.count + value.count + 1
    guard bytes.count + size <= limits.bytes else { return excess = .bytes(limit: limits.bytes) }
    guard fields.count < limits.fields else { return excess = .fields(limit: limits.fields) }
    let start = bytes.count
    Bytes.append(name, to: &bytes)
    bytes.append(UInt8(ascii: ":"))
    Bytes.append(value, to: &bytes)
    fields.append(HeaderReader.extent(of: bytes.span, from: start, to: bytes.count))
    hasBrokenLines = hasBrokenLines || Self.hasBrokenLine(value)
  }

  /// Returns a copy in which some fields have other values or are missing, such as the header that the MTA will send.
  ///
  /// - Parameters:
  ///   - values: the new values, by position, as ``value(of:)`` returns them. Each CRLF in them is part of a fold.
  ///   - removed: the positions of the fields to leave out.
  package func replacingValues(_ values: [Int: [UInt8]], removing removed: Set<Int> = []) -> MessageHeader {
    var header = MessageHeader(limits: limits)
    header.bytes.reserveCapacity(bytes.count)
    header.hasBrokenLines = hasBrokenLines
    header.excess = excess
    for (position, field) in fields.enumerated() where !removed.contains(position) {
      let start = header.bytes.count
      guard let value = values[position] else {
        header.bytes += bytes[field.start..<field.end]
        header.fields.append(HeaderReader.extent(of: header.bytes.span, from: start, to: header.bytes.count))
        continue
      }
      header.bytes += bytes[field.start..<field.valueStart]
      header.bytes += value
      header.hasBrokenLines = header.hasBrokenLines || Self.hasBrokenLine(value.span)
      guard header.bytes.count <= limits.bytes else {
        header.excess = header.excess ?? .bytes(limit: limits.bytes)
        header.bytes.removeSubrange(start...)
        return header
      }
      header.fields.append(HeaderReader.extent(of: header.bytes.span, from: start, to: header.bytes.count))
    }
    return header
  }

  private static func hasBrokenLine(_ value: Span<UInt8>) -> Bool {
    var start = 0
    while let lf = ByteScan.firstLF(in: value, from: start) {
      start = lf + 1
      guard start < value.count, ASCII.isWSP(value[start]) else { return true }
    }
    return false
  }

  /// Returns the header as it will be after a change by a milter: with a new field at the top, and without all fields
  /// that have one of the names.
  package func inserting(
    _ field: (name: String, value: [UInt8])?, removing names: [HeaderFieldName] = []
  ) -> MessageHeader {
    var changed = MessageHeader(limits: Limits(bytes: .max, fields: .max))
    if let field { changed.append(name: Array(field.name.utf8).span, value: field.value.span) }
    for i in fields.indices where !names.contains(where: { isField(i, named: $0) }) {
      let start = changed.bytes.count
      changed.bytes += bytes[fields[i].start..<fields[i].end]
      changed.fields.append(HeaderReader.extent(of: changed.bytes.span, from: start, to: changed.bytes.count))
    }
    changed.excess = excess
    changed.hasBrokenLines = changed.hasBrokenLines || hasBrokenLines
    return changed
  }

  /// Returns the name of a field as written, or `nil` if the line is not a field. Fields are counted from 0, top down.
  public func name(of field: Int) -> String? {
    let extent = fields[field]
    guard extent.nameEnd > extent.start else { return nil }
    return Bytes.lossyString(bytes.span.extracting(extent.start..<extent.nameEnd))
  }

  /// Returns everything after the colon, including folds, without the CRLF at the end.
  public func value(of field: Int) -> [UInt8] {
    let extent = fields[field]
    return Bytes.array(bytes.span.extracting(extent.valueStart..<extent.end))
  }

  /// Returns the positions of all fields with that name, top down.
  public func positions(of name: HeaderFieldName) -> [Int] {
    fields.indices.filter { isField($0, named: name) }
  }

  /// Returns the header with another value of one field: everything after its colon, folded with CRLF.
  package func replacingValue(of field: Int, with value: [UInt8]) -> MessageHeader {
    var header = MessageHeader(limits: limits)
    (header.excess, header.hasBrokenLines) = (excess, hasBrokenLines || Self.hasBrokenLine(value.span))
    for (number, extent) in fields.enumerated() {
      let start = header.bytes.count
      header.bytes += bytes[extent.start..<(number == field ? extent.valueStart : extent.end)]
      if number == field { header.bytes += value }
      header.fields.append(HeaderReader.extent(of: header.bytes.span, from: start, to: header.bytes.count))
    }
    return header
  }

  var hasFrom: Bool { fields.indices.contains { isField($0, named: .from) } }

  /// Returns the number of From fields, including those seen only by readers that treat a bare CR or LF, or a CRLF
  /// within a value, as a line ending; such fields cannot be signed. // RFC 6376 §8.15
  func fromCount(_ defects: MessageDefects) -> Int {
    let seen = fields.indices.count { isField($0, named: .from) }
    guard hasBrokenLines || !defects.isDisjoint(with: [.bareCR, .bareLF]) else { return seen }
    return fields.reduce(seen) { $0 + hiddenFromCount(in: $1) }
  }

  /// The defects in the header section.
  var defects: MessageDefects {
    var finder = MessageDefectFinder()
    finder.update(bytes.span)
    return finder.finish()
  }

  private func hiddenFromCount(in field: Extent) -> Int {
    let bytes = bytes.span
    var count = 0
    for i in field.start..<field.end where bytes[i] == Bytes.lf || bytes[i] == Bytes.cr {
      let line = HeaderReader.extent(of: bytes, from: i + 1, to: field.end)
      let name = bytes.extracting(line.start..<line.nameEnd)
      if Bytes.equal(name, ignoringCase: "from") { count += 1 }
    }
    return count
  }

  private func isField(_ field: Int, named name: HeaderFieldName) -> Bool {
    fields[field].nameHash == name.hash
      && HeaderFieldName.equal(bytes.span.extracting(nameRange(of: field)), name.bytes.span)
  }

  /// Returns the range of a field's name in ``bytes``.
  func nameRange(of field: Int) -> Range<Int> {
    fields[field].start..<fields[field].nameEnd
  }

  private mutating func append(_ field: Extent, of message: Span<UInt8>) {
    guard excess == nil else { return }
    guard field.end <= limits.bytes else { return excess = .bytes(limit: limits.bytes) }
    guard fields.count < limits.fields else { return excess = .fields(limit: limits.fields) }
    fields.append(field)
  }
}

extension MessageHeader.Excess: CustomStringConvertible {
  public var description: String {
    switch self {
    case .bytes(let limit): "the header section is larger than \(limit) bytes"
    case .fields(let limit): "the header section has more than \(limit) fields"
    }
  }

  /// The text to report if no signature was found before the header was cut off.
  package var unseenSignatures: String { "\(self); signatures beyond that point were not examined" }
}
