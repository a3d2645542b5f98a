/// The header section of a message: every field octet for octet as it came.
///
/// Fields are separated by CRLF; a line that begins with a space or a tab belongs to the field above it.
/// What is no header field (no colon, a space inside the name) is kept in its place and never taken for
/// one. // RFC 5322 §2.2, §4
public struct MessageHeader: Sendable {
  /// How large a header section may be before it is cut off.
  public struct Limits: Sendable, Hashable {
    /// Octets, line ends included but for the last.
    public var octets: Int
    /// Number of fields.
    public var fields: Int

    public init(octets: Int = 1 << 20, fields: Int = 10_000) {
      self.octets = octets
      self.fields = fields
    }
  }

  /// The limit that was reached: what lies behind it is not here.
  public enum Excess: Error, Sendable, Hashable {
    case octets(limit: Int)
    case fields(limit: Int)
  }

  /// Where a field stands in the octets.
  struct Extent: Sendable {
    let start: Int
    /// Behind the name, before any white space in front of the colon; `start` where there is no name.
    let nameEnd: Int
    /// The octet behind the colon; `start` where there is no name.
    let valueStart: Int
    /// Before the CRLF that ends the field.
    let end: Int
    /// The name in lower case, hashed.
    let nameHash: UInt64
  }

  private(set) var octets: [UInt8] = []
  private(set) var fields: [Extent] = []
  /// Set where the header was larger than its limits.
  public private(set) var excess: Excess?
  private let limits: Limits
  /// True where a value that was appended has a CRLF that is no fold: a reader sees another field after it.
  private var hasBrokenLines = false

  /// An empty header, to be filled field by field.
  public init(limits: Limits = Limits()) {
    self.limits = limits
  }

  /// Takes the header section of a whole message; `bodyStart` is where the body begins (the number of
  /// octets where the message has none).
  public init(message: Span<UInt8>, limits: Limits = Limits(), bodyStart: inout Int) {
    self.limits = limits
    fields.reserveCapacity(32)
    var reader = HeaderReader()
    while let field = reader.nextField(message) {
      append(field, of: message)
    }
    bodyStart = reader.offset
    // All fields lie at the front of the message: one copy, offsets stay as they are.
    let end = fields.last?.end ?? 0
    octets = Octets.array(message.extracting(0..<end))
  }

  /// The number of fields, malformed ones included.
  public var count: Int { fields.count }

  /// Adds a field as a filter gets it: the name, and everything behind the colon (a leading space
  /// included), folded with CRLF.
  public mutating func append(name: Span<UInt8>, value: Span<UInt8>) {
    guard excess == nil else { return }
    let size = name.count + value.count + 1
    guard octets.count + size <= limits.octets else { return excess = .octets(limit: limits.octets) }
    guard fields.count < limits.fields else { return excess = .fields(limit: limits.fields) }
    let start = octets.count
    Octets.append(name, to: &octets)
    octets.append(UInt8(ascii: ":"))
    Octets.append(value, to: &octets)
    fields.append(HeaderReader.extent(of: octets.span, from: start, to: octets.count))
    hasBrokenLines = hasBrokenLines || Self.hasBrokenLine(value)
  }

  private static func hasBrokenLine(_ value: Span<UInt8>) -> Bool {
    var start = 0
    while let lf = ByteScan.firstLF(in: value, from: start) {
      start = lf + 1
      guard start < value.count, Octets.isWSP(value[start]) else { return true }
    }
    return false
  }

  /// The name of a field as written, `nil` where the line is no field. Fields count from 0, top down.
  public func name(of field: Int) -> String? {
    let extent = fields[field]
    guard extent.nameEnd > extent.start else { return nil }
    return Octets.lossyString(octets.span.extracting(extent.start..<extent.nameEnd))
  }

  /// Everything behind the colon, folds included, without the CRLF at the end.
  public func value(of field: Int) -> [UInt8] {
    let extent = fields[field]
    return Octets.array(octets.span.extracting(extent.valueStart..<extent.end))
  }

  /// The positions of all fields of that name from the top down; letter case does not count.
  public func positions(of name: String) -> [Int] {
    positions(of: FieldName(name))
  }

  func positions(of name: FieldName) -> [Int] {
    fields.indices.filter { isField($0, named: name) }
  }

  var hasFrom: Bool { fields.indices.contains { isField($0, named: .from) } }

  /// How many From fields there are, and how many more a reader sees that takes a CR or an LF alone, or a CRLF within a
  /// value, for the end of a line: nobody could sign those. // RFC 6376 §8.15
  func fromCount(_ faults: MessageFaults) -> Int {
    let seen = fields.indices.count { isField($0, named: .from) }
    guard hasBrokenLines || !faults.isDisjoint(with: [.bareCR, .bareLF]) else { return seen }
    return fields.reduce(seen) { $0 + hiddenFromCount(in: $1) }
  }

  /// What the header section holds that mail must not hold.
  var faults: MessageFaults {
    var finder = MessageFaultFinder()
    finder.update(octets.span)
    return finder.finish()
  }

  private func hiddenFromCount(in field: Extent) -> Int {
    let octets = octets.span
    var count = 0
    for i in field.start..<field.end where octets[i] == Octets.lf || octets[i] == Octets.cr {
      let line = HeaderReader.extent(of: octets, from: i + 1, to: field.end)
      let name = octets.extracting(line.start..<line.nameEnd)
      if Octets.equal(name, ignoringCase: "from") { count += 1 }
    }
    return count
  }

  private func isField(_ field: Int, named name: FieldName) -> Bool {
    fields[field].nameHash == name.hash
      && FieldName.equal(octets.span.extracting(nameRange(of: field)), name.octets.span)
  }

  /// Where the name of a field stands in the octets.
  func nameRange(of field: Int) -> Range<Int> {
    fields[field].start..<fields[field].nameEnd
  }

  private mutating func append(_ field: Extent, of message: Span<UInt8>) {
    guard excess == nil else { return }
    guard field.end <= limits.octets else { return excess = .octets(limit: limits.octets) }
    guard fields.count < limits.fields else { return excess = .fields(limit: limits.fields) }
    fields.append(field)
  }
}

extension MessageHeader.Excess: CustomStringConvertible {
  public var description: String {
    switch self {
    case .octets(let limit): "the header section is larger than \(limit) octets"
    case .fields(let limit): "the header section has more than \(limit) fields"
    }
  }

  /// What there is to say of a header in which no signature was found before it was cut.
  public var unseenSignatures: String { "\(self); signatures behind that were not looked for" }
}
