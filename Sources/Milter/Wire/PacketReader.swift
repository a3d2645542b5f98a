import NIOCore

extension ByteBuffer {
  /// Reads the bytes up to the next NUL and the NUL itself. Returns `nil`, and reads nothing, if there is no NUL.
  mutating func readString() -> ByteBuffer? {
    guard let length = readableBytesView.firstIndex(of: 0).map({ $0 - readerIndex }) else { return nil }
    let string = readSlice(length: length)
    moveReaderIndex(forwardBy: 1)
    return string
  }
}

/// Functions that parse the payloads of commands.
enum PacketReader {
  static func offer(_ payload: ByteBuffer) throws(MilterError) -> MilterOffer {
    var rest = payload
    guard let (version, actions, options) = rest.readMultipleIntegers(as: (UInt32, UInt32, UInt32).self) else {
      throw .badLength(.negotiate, found: payload.readableBytes, expected: 12)
    }
    return MilterOffer(
      version: version, actions: MilterActions(rawValue: actions),
      protocolOptions: MilterProtocolOptions(rawValue: options))
  }

  static func nothing(_ payload: ByteBuffer, _ command: MilterCommand) throws(MilterError) {
    guard payload.readableBytes == 0 else {
      throw .badLength(command, found: payload.readableBytes, expected: 0)
    }
  }

  /// Parses a payload that consists of one string.
  static func string(_ payload: ByteBuffer, _ command: MilterCommand) throws(MilterError) -> ByteBuffer {
    var rest = payload
    guard let string = rest.readString() else { throw .missingNUL(command) }
    guard rest.readableBytes == 0 else { throw excess(payload, command, expected: 1) }
    return string
  }

  static func header(_ payload: ByteBuffer, includesSpace: Bool) throws(MilterError) -> MilterHeaderField {
    var rest = payload
    guard let name = rest.readString() else { throw .missingNUL(.header) }
    guard name.readableBytes > 0 else { throw .emptyName(.header) }
    guard rest.readableBytes > 0 else { throw .badStringCount(.header, found: 1, expected: 2) }
    guard let value = rest.readString() else { throw .missingNUL(.header) }
    guard rest.readableBytes == 0 else { throw excess(payload, .header, expected: 2) }
    return MilterHeaderField(name: name, received: value, includesSpace: includesSpace)
  }

  static func envelope(_ payload: ByteBuffer, _ command: MilterCommand) throws(MilterError) -> MilterEnvelopeAddress {
    var rest = payload
    guard payload.readableBytesView.last == 0, let address = rest.readString() else { throw .missingNUL(command) }
    return MilterEnvelopeAddress(path: address, parameterBytes: rest)
  }

  static func client(_ payload: ByteBuffer) throws(MilterError) -> MilterClient {
    var rest = payload
    guard let host = rest.readString() else { throw .missingNUL(.connect) }
    guard let family = rest.readInteger(as: UInt8.self) else {
      throw .badLength(.connect, found: payload.readableBytes, expected: payload.readableBytes + 1)
    }
    guard "UL46".utf8.contains(family) else { throw .unknownAddressFamily(family) }
    // For an unknown client, port and address may be missing.
    if family == UInt8(ascii: "U"), rest.readableBytes == 0 {
      return MilterClient(hostName: host, address: .unknown)
    }
    guard let port = rest.readInteger(as: UInt16.self) else {
      throw .badLength(.connect, found: payload.readableBytes, expected: payload.readableBytes + 2 - rest.readableBytes)
    }
    let text = try string(rest, .connect)
    return MilterClient(hostName: host, address: try address(family, text, port))
  }

  private static func address(
    _ family: UInt8, _ bytes: ByteBuffer, _ port: UInt16
  ) throws(MilterError) -> MilterClient.Address {
    let text = String(buffer: bytes)
    switch family {
    case UInt8(ascii: "U"): return .unknown
    case UInt8(ascii: "L"): return .local(path: text)
    case UInt8(ascii: "4"):
      guard case .v4 = try? SocketAddress(ipAddress: text, port: 0) else {
        throw .badAddress(family: family, text: printable(text))
      }
      return .ipv4(text, port: port)
    default:
      // Sendmail sends the address as in an address literal; a link-local address may be followed by its interface.
      let bare = text.prefix(5).lowercased() == "ipv6:" ? String(text.dropFirst(5)) : text
      let number = String(bare.prefix { $0 != "%" })
      guard case .v6 = try? SocketAddress(ipAddress: number, port: 0) else {
        throw .badAddress(family: family, text: printable(text))
      }
      return .ipv6(bare, port: port)
    }
  }

  private static func excess(_ payload: ByteBuffer, _ command: MilterCommand, expected: Int) -> MilterError {
    guard payload.readableBytesView.last == 0 else { return .missingNUL(command) }
    let found = payload.readableBytesView.reduce(into: 0) { $0 += $1 == 0 ? 1 : 0 }
    return .badStringCount(command, found: found, expected: expected)
  }

  private static func printable(_ text: String) -> String {
    String(
      String.UnicodeScalarView(text.unicodeScalars.prefix(80).map { $0.value > 0x1F && $0.value < 0x7F ? $0 : "?" }))
  }
}
