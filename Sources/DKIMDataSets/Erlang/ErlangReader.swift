#if Erlang
  /// The type tags of Erlang's external term format.
  enum ErlangTag {
    static let float: UInt8 = 70
    static let bits: UInt8 = 77
    static let process: UInt8 = 88
    static let newPort: UInt8 = 89
    static let newReference: UInt8 = 90
    static let smallInteger: UInt8 = 97
    static let integer: UInt8 = 98
    static let latinAtom: UInt8 = 100
    static let port: UInt8 = 102
    static let oldProcess: UInt8 = 103
    static let shortTuple: UInt8 = 104
    static let tuple: UInt8 = 105
    static let emptyList: UInt8 = 106
    static let string: UInt8 = 107
    static let list: UInt8 = 108
    static let binary: UInt8 = 109
    static let smallBig: UInt8 = 110
    static let largeBig: UInt8 = 111
    static let function: UInt8 = 112
    static let export: UInt8 = 113
    static let reference: UInt8 = 114
    static let shortLatinAtom: UInt8 = 115
    static let map: UInt8 = 116
    static let atom: UInt8 = 118
    static let shortAtom: UInt8 = 119
    static let wirePort: UInt8 = 120
  }

  /// A reader for terms in Erlang's external format. It never reads beyond the end of the data.
  struct ErlangReader {
    /// The data is malformed or has an unknown type.
    struct Malformed: Error {}

    /// The first byte of every message with a control part.
    static let passThrough: UInt8 = 112

    private let bytes: [UInt8]
    private var index: Int
    private var depth = 0

    /// Maximum nesting of terms.
    private static let deepest = 64

    init(_ bytes: [UInt8], from index: Int = 0) {
      self.bytes = bytes
      self.index = index
    }

    /// Reads a byte, which must have the given value.
    mutating func expect(_ byte: UInt8) throws(Malformed) {
      guard try next() == byte else { throw Malformed() }
    }

    mutating func term() throws(Malformed) -> ErlangTerm {
      depth += 1
      defer { depth -= 1 }
      guard depth <= Self.deepest else { throw Malformed() }
      switch try next() {
      case ErlangTag.smallInteger: return .integer(Int64(try next()))
      case ErlangTag.integer: return .integer(Int64(Int32(truncatingIfNeeded: try number(4))))
      case ErlangTag.smallBig: return try big(Int(try next()))
      case ErlangTag.largeBig: return try big(try number(4))
      case ErlangTag.float: return .float(Double(bitPattern: UInt64(bitPattern: Int64(try number(8)))))
      case ErlangTag.atom: return .atom(String(decoding: try take(try number(2)), as: UTF8.self))
      case ErlangTag.shortAtom: return .atom(String(decoding: try take(Int(try next())), as: UTF8.self))
      case ErlangTag.latinAtom: return .atom(Self.latin(try take(try number(2))))
      case ErlangTag.shortLatinAtom: return .atom(Self.latin(try take(Int(try next()))))
      case ErlangTag.binary: return .binary(Array(try take(try number(4))))
      case ErlangTag.shortTuple: return .tuple(try terms(Int(try next())))
      case ErlangTag.tuple: return .tuple(try terms(try number(4)))
      case ErlangTag.emptyList: return .list([])
      case ErlangTag.string: return .list(try take(try number(2)).map { .integer(Int64($0)) })
      case ErlangTag.list: return try list()
      case let tag: return try rare(tag)
      }
    }

    // MARK: Types

    private mutating func terms(_ count: Int) throws(Malformed) -> [ErlangTerm] {
      // Each term takes at least one byte.
      guard count <= bytes.count - index else { throw Malformed() }
      var terms: [ErlangTerm] = []
      for _ in 0..<count { terms.append(try term()) }
      return terms
    }

    private mutating func list() throws(Malformed) -> ErlangTerm {
      let elements = try terms(try number(4))
      guard case .list(let tail) = try term() else { return .other("[\(elements.count) elements and a tail]") }
      return .list(elements + tail)
    }

    /// Reads an integer of any size: its sign and its bytes in little-endian order.
    private mutating func big(_ count: Int) throws(Malformed) -> ErlangTerm {
      let isNegative = try next() != 0
      let digits = try take(count)
      guard digits.dropFirst(8).allSatisfy({ $0 == 0 }) else { return .other("a number of \(count) bytes") }
      let magnitude = digits.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      if isNegative {
        return magnitude <= 1 << 63 ? .integer(Int64(truncatingIfNeeded: 0 &- magnitude)) : .other("-\(magnitude)")
      }
      return Int64(exactly: magnitude).map { .integer($0) } ?? .other(String(magnitude))
    }

    /// Reads a type that occurs only in errors, or that a lookup function should not return.
    private mutating func rare(_ tag: UInt8) throws(Malformed) -> ErlangTerm {
      switch tag {
      case ErlangTag.process, ErlangTag.oldProcess:
        guard case .atom(let node) = try term() else { throw Malformed() }
        let (id, serial) = (try number(4), try number(4))
        let creation = tag == ErlangTag.process ? try number(4) : Int(try next())
        return .process(
          ErlangProcess(
            node: node, number: UInt32(truncatingIfNeeded: id), serial: UInt32(truncatingIfNeeded: serial),
            creation: UInt32(truncatingIfNeeded: creation)))
      case ErlangTag.newReference, ErlangTag.reference:
        let words = try number(2)
        _ = try term()
        _ = try take((tag == ErlangTag.newReference ? 4 : 1) + 4 * words)
        return .other("#Ref")
      case ErlangTag.newPort, ErlangTag.port, ErlangTag.wirePort:
        _ = try term()
        _ = try take(tag == ErlangTag.wirePort ? 12 : tag == ErlangTag.newPort ? 8 : 5)
        return .other("#Port")
      case ErlangTag.export:
        let (module, function, arity) = (try term(), try term(), try term())
        return .other("fun \(module):\(function)/\(arity)")
      case ErlangTag.function:
        let size = try number(4)
        guard size >= 4 else { throw Malformed() }
        _ = try take(size - 4)
        return .other("#Fun")
      case ErlangTag.map:
        let pairs = try number(4)
        guard pairs <= bytes.count - index else { throw Malformed() }
        _ = try terms(2 * pairs)
        return .other("#{\(pairs) pairs}")
      case ErlangTag.bits:
        let count = try number(4)
        _ = try take(count + 1)
        return .other("a bitstring")
      default: throw Malformed()
      }
    }

    // MARK: Bytes

    private mutating func next() throws(Malformed) -> UInt8 {
      guard index < bytes.count else { throw Malformed() }
      defer { index += 1 }
      return bytes[index]
    }

    private mutating func take(_ count: Int) throws(Malformed) -> ArraySlice<UInt8> {
      guard count >= 0, count <= bytes.count - index else { throw Malformed() }
      defer { index += count }
      return bytes[index..<index + count]
    }

    private mutating func number(_ count: Int) throws(Malformed) -> Int {
      try take(count).reduce(0) { $0 << 8 | Int($1) }
    }

    private static func latin(_ bytes: ArraySlice<UInt8>) -> String {
      var text = ""
      for byte in bytes { text.unicodeScalars.append(Unicode.Scalar(byte)) }
      return text
    }
  }
#endif
