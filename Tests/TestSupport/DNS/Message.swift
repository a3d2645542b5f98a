/// A DNS message written byte by byte, independently of the tested library; it may be malformed.
public struct Message: Sendable {
  public struct Record: Sendable {
    public var name: String
    public var type: UInt16
    public var cls: UInt16 = 1
    public var ttl: UInt32 = 300
    public var data: [UInt8]

    public init(name: String, type: UInt16, cls: UInt16 = 1, ttl: UInt32 = 300, data: [UInt8]) {
      self.name = name
      self.type = type
      self.cls = cls
      self.ttl = ttl
      self.data = data
    }
  }

  public var id: UInt16
  /// The flags; QR, RD and RA by default.
  public var flags: UInt16 = 0x8180
  /// The bytes of the question, as received.
  public var question: [UInt8]?
  public var answers: [Record] = []
  public var authorities: [Record] = []
  public var additionals: [Record] = []

  public init(
    id: UInt16, flags: UInt16 = 0x8180, question: [UInt8]? = nil, answers: [Record] = [], authorities: [Record] = [],
    additionals: [Record] = []
  ) {
    self.id = id
    self.flags = flags
    self.question = question
    self.answers = answers
    self.authorities = authorities
    self.additionals = additionals
  }

  public var bytes: [UInt8] {
    var out = Self.pair(id) + Self.pair(flags) + Self.pair(question == nil ? 0 : 1)
    for section in [answers, authorities, additionals] { out += Self.pair(UInt16(section.count)) }
    out += question ?? []
    for record in answers + authorities + additionals {
      out += Self.name(record.name) + Self.pair(record.type) + Self.pair(record.cls)
      out += Self.pair(UInt16(record.ttl >> 16)) + Self.pair(UInt16(truncatingIfNeeded: record.ttl))
      out += Self.pair(UInt16(record.data.count)) + record.data
    }
    return out
  }

  public static func pair(_ number: UInt16) -> [UInt8] { [UInt8(number >> 8), UInt8(truncatingIfNeeded: number)] }

  public static func name(_ text: String) -> [UInt8] {
    text.isEmpty ? [0] : text.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
  }
}

extension Message.Record {
  /// A TXT record with one character-string for each of `strings`.
  public static func txt(_ name: String, _ strings: [String], ttl: UInt32 = 300) -> Self {
    .init(name: name, type: 16, ttl: ttl, data: strings.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) })
  }

  public static func cname(_ name: String, _ target: String, ttl: UInt32 = 300) -> Self {
    .init(name: name, type: 5, ttl: ttl, data: Message.name(target))
  }

  public static func soa(_ name: String, ttl: UInt32, minimum: UInt32) -> Self {
    let times: [UInt32] = [1, 3600, 600, 86_400, minimum]
    let numbers = times.flatMap {
      Message.pair(UInt16($0 >> 16)) + Message.pair(UInt16(truncatingIfNeeded: $0))
    }
    return .init(
      name: name, type: 6, ttl: ttl, data: Message.name("ns.\(name)") + Message.name("host.\(name)") + numbers)
  }

  public static func ns(_ name: String, _ target: String) -> Self {
    .init(name: name, type: 2, data: Message.name(target))
  }

  /// An EDNS0 record with an extended error.
  public static func extendedError(_ code: UInt16) -> Self {
    .init(name: "", type: 41, cls: 1232, ttl: 0, data: Message.pair(15) + Message.pair(2) + Message.pair(code))
  }
}
