/// A message that is split into header and body. Parse a message once, and use the value for everything that reads it.
///
///     let message = ParsedMessage(bytes)
///     var session = verifier.begin(message.header, at: now)
///     _ = session.update(body: message.body.span)
public struct ParsedMessage: Sendable {
  /// The header section.
  public let header: MessageHeader
  /// The whole message, unchanged.
  public let bytes: [UInt8]
  /// The offset of the body in ``bytes``: the byte after the empty line, or the end of a message without a body.
  public let bodyStart: Int

  /// The body, which starts after the empty line.
  public var body: ArraySlice<UInt8> { bytes[bodyStart...] }

  /// Parses a message.
  /// - Parameters:
  ///   - bytes: the message, byte for byte, with CRLF line endings.
  ///   - limits: the maximum size of the header section. A larger header is cut off, and ``MessageHeader/excess`` is
  ///     set; the body is the same in any case.
  public init(_ bytes: [UInt8], limits: MessageHeader.Limits = MessageHeader.Limits()) {
    var reader = HeaderReader()
    header = MessageHeader(bytes.span, limits: limits, reader: &reader)
    bodyStart = reader.offset
    self.bytes = bytes
  }
}
