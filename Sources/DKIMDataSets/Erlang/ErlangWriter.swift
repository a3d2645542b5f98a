#if Erlang
  /// A writer for terms in Erlang's external format.
  struct ErlangWriter {
    private(set) var bytes: [UInt8] = []

    /// The first byte of every term that is sent on its own.
    static let version: UInt8 = 131

    /// Encodes a message to the process with the given name, in the form used on the wire: a control part and the
    /// content.
    static func message(_ content: ErlangTerm, from process: ErlangProcess, to name: String) -> [UInt8] {
      let registeredSend = 6
      var writer = ErlangWriter()
      writer.bytes = [0, 0, 0, 0, ErlangReader.passThrough, version]
      // The first atom was the cookie in older versions.
      writer.write(.tuple([.integer(Int64(registeredSend)), .process(process), .atom(""), .atom(name)]))
      writer.bytes.append(version)
      writer.write(content)
      writer.bytes.replaceSubrange(0..<4, with: bigEndian(UInt32(writer.bytes.count - 4)))
      return writer.bytes
    }

    mutating func write(_ term: ErlangTerm) {
      switch term {
      case .atom(let name):
        let name = Array(name.utf8)
        if name.count < 256 {
          bytes += [ErlangTag.shortAtom, UInt8(name.count)]
        } else {
          bytes.append(ErlangTag.atom)
          bytes += Self.bigEndian(UInt16(truncatingIfNeeded: name.count))
        }
        bytes += name
      case .integer(let number):
        if let small = UInt8(exactly: number) {
          bytes += [ErlangTag.smallInteger, small]
        } else if let usual = Int32(exactly: number) {
          bytes.append(ErlangTag.integer)
          bytes += Self.bigEndian(UInt32(bitPattern: usual))
        } else {
          bytes += [ErlangTag.smallBig, 8, number < 0 ? 1 : 0]
          bytes += Self.bigEndian(number.magnitude).reversed()
        }
      case .float(let number):
        bytes.append(ErlangTag.float)
        bytes += Self.bigEndian(number.bitPattern)
      case .binary(let content):
        bytes.append(ErlangTag.binary)
        bytes += Self.bigEndian(UInt32(truncatingIfNeeded: content.count))
        bytes += content
      case .tuple(let elements):
        bytes.append(ErlangTag.tuple)
        bytes += Self.bigEndian(UInt32(truncatingIfNeeded: elements.count))
        for element in elements { write(element) }
      case .list(let elements):
        if !elements.isEmpty {
          bytes.append(ErlangTag.list)
          bytes += Self.bigEndian(UInt32(truncatingIfNeeded: elements.count))
          for element in elements { write(element) }
        }
        bytes.append(ErlangTag.emptyList)
      case .process(let process):
        bytes.append(ErlangTag.process)
        write(.atom(process.node))
        for number in [process.number, process.serial, process.creation] { bytes += Self.bigEndian(number) }
      case .other(let text):
        write(.atom(text))
      }
    }

    private static func bigEndian(_ number: some FixedWidthInteger) -> [UInt8] {
      stride(from: number.bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> $0) }
    }
  }
#endif
