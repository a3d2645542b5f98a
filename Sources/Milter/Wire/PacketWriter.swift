import NIOCore

/// Functions that write replies and modifications.
enum PacketWriter {
  /// The maximum length of a chunk of a new body, in bytes. Every MTA accepts it.
  static let bodyPiece = 65_535

  static func write(_ letter: MilterReplyLetter, into out: inout ByteBuffer) {
    begin(letter, 0, &out)
  }

  static func write(
    _ agreement: MilterAgreement, _ lists: [MilterStage: [String]], into out: inout ByteBuffer
  ) {
    var symbols = ByteBuffer()
    if agreement.actions.contains(.setSymbolLists) {
      for stage in MilterStage.allCases {
        guard let number = stage.symbolListNumber, let names = lists[stage] else { continue }
        symbols.writeInteger(number)
        writeString(names.joined(separator: " ").utf8.filter { $0 != 0 }, &symbols)
      }
    }
    begin(.negotiate, 12 + symbols.readableBytes, &out)
    out.writeMultipleIntegers(agreement.version, agreement.actions.rawValue, agreement.protocolOptions.rawValue)
    out.writeBuffer(&symbols)
  }

  static func write(_ code: MilterReplyCode, into out: inout ByteBuffer) {
    let bytes = code.bytes
    begin(.replyCode, bytes.count + 1, &out)
    writeString(bytes, &out)
  }

  static func write(
    _ modification: MilterModification, _ agreement: MilterAgreement, limit: Int, into out: inout ByteBuffer
  ) throws(MilterContractViolation) {
    switch modification {
    case .addHeader(let name, let value):
      try header(.addHeader, nil, name, value, agreement, limit, &out)
    case .insertHeader(let index, let name, let value):
      try header(.insertHeader, index, name, value, agreement, limit, &out)
    case .changeHeader(let name, let index, let value):
      try header(.changeHeader, index, name, value, agreement, limit, &out)
    case .deleteHeader(let name, let index):
      try header(.changeHeader, index, name, nil, agreement, limit, &out)
    case .addRecipient(let address): try strings(.addRecipient, address, nil, limit, &out)
    case .addRecipientWithParameters(let address, let parameters):
      try strings(.addRecipientWithParameters, address, parameters, limit, &out)
    case .deleteRecipient(let address): try strings(.deleteRecipient, address, nil, limit, &out)
    case .changeSender(let address, let parameters): try strings(.changeSender, address, parameters, limit, &out)
    case .quarantine(let reason): try strings(.quarantine, reason, nil, limit, &out)
    case .replaceBody(let body): replaceBody(body, &out)
    }
  }

  private static func begin(_ letter: MilterReplyLetter, _ length: Int, _ out: inout ByteBuffer) {
    out.writeInteger(UInt32(truncatingIfNeeded: length + 1))
    out.writeInteger(letter.rawValue)
  }

  private static func writeString(_ bytes: some Sequence<UInt8>, _ out: inout ByteBuffer) {
    out.writeBytes(bytes)
    out.writeInteger(0 as UInt8)
  }

  /// - Parameter value: The value without the space after the colon; `nil` deletes the field.
  private static func header(
    _ letter: MilterReplyLetter, _ index: UInt32?, _ name: String, _ value: [UInt8]?, _ agreement: MilterAgreement,
    _ limit: Int, _ out: inout ByteBuffer
  ) throws(MilterContractViolation) {
    guard !name.isEmpty, name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") }) else {
      throw .badModification(letter, "the name of a header field is empty or contains an invalid character")
    }
    let bytes = if let value { try folded(value, letter) } else { [UInt8]() }
    // Without headerLeadingSpace, the MTA adds the space itself. A value that is empty is sent as a space: an empty
    // string would delete the field.
    let needsSpace = value.map { $0.isEmpty || agreement.protocolOptions.contains(.headerLeadingSpace) } ?? false
    let length = (index == nil ? 0 : 4) + name.utf8.count + (needsSpace ? 1 : 0) + bytes.count + 2
    try check(length, letter, limit)
    begin(letter, length, &out)
    if let index { out.writeInteger(index) }
    writeString(name.utf8, &out)
    if needsSpace { out.writeInteger(0x20 as UInt8) }
    writeString(bytes, &out)
  }

  /// Returns the value with bare LF for line folds. A line that does not begin with white space would be another field.
  private static func folded(_ value: [UInt8], _ letter: MilterReplyLetter) throws(MilterContractViolation) -> [UInt8] {
    let isPlain = value.allSatisfy { $0 != 0 && $0 != 0x0A && $0 != 0x0D }
    if isPlain { return value }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(value.count)
    for (index, byte) in value.enumerated() {
      let next = index + 1 < value.count ? value[index + 1] : nil
      switch byte {
      case 0: throw .badModification(letter, "NUL in the value of a header field")
      case 0x0D:
        guard next == 0x0A else { throw .badModification(letter, "a bare CR in the value of a header field") }
      case 0x0A:
        guard next == 0x20 || next == 0x09 else {
          throw .badModification(letter, "a line break not followed by white space in the value of a header field")
        }
        bytes.append(byte)
      default: bytes.append(byte)
      }
    }
    return bytes
  }

  private static func strings(
    _ letter: MilterReplyLetter, _ first: [UInt8], _ second: [UInt8]?, _ limit: Int, _ out: inout ByteBuffer
  ) throws(MilterContractViolation) {
    let isClean = first.allSatisfy(isText) && (second ?? []).allSatisfy(isText)
    guard isClean else { throw .badModification(letter, "NUL, CR or LF in the text") }
    let length = first.count + 1 + (second.map { $0.count + 1 } ?? 0)
    try check(length, letter, limit)
    begin(letter, length, &out)
    writeString(first, &out)
    if let second { writeString(second, &out) }
  }

  private static func isText(_ byte: UInt8) -> Bool { byte != 0 && byte != 0x0A && byte != 0x0D }

  private static func replaceBody(_ body: [UInt8], _ out: inout ByteBuffer) {
    var rest = body[...]
    repeat {
      let piece = rest.prefix(bodyPiece)
      begin(.replaceBody, piece.count, &out)
      out.writeBytes(piece)
      rest = rest.dropFirst(bodyPiece)
    } while !rest.isEmpty
  }

  private static func check(_ length: Int, _ letter: MilterReplyLetter, _ limit: Int) throws(MilterContractViolation) {
    guard length < limit else {
      throw .badModification(letter, "\(length) bytes; at most \(limit) can be sent")
    }
  }
}
