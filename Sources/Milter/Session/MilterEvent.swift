public import NIOCore

/// What the MTA tells a filter, and waits for an answer to.
///
/// Buffers are slices of what was read: copy what is to be kept, else it keeps the whole read alive. For a
/// `Span<UInt8>` use `buffer.readableBytesUInt8Span`.
public enum MilterEvent: Sendable, Hashable {
  /// An SMTP client has come.
  case connect(MilterClient)
  /// HELO or EHLO with what the client calls itself.
  case helo(ByteBuffer)
  /// A message begins.
  case mail(MilterEnvelopeAddress)
  /// A recipient. How many there may be is up to the filter.
  case recipient(MilterEnvelopeAddress)
  /// DATA.
  case data
  /// An SMTP command that the MTA does not know, as the client wrote it.
  case unknown(ByteBuffer)
  /// A field of the header: its name, and its value with folds as the MTA has them (Postfix: a bare LF). The blank
  /// behind the colon is there only if `headerLeadingSpace` was agreed on.
  case header(name: ByteBuffer, value: ByteBuffer)
  /// The header is complete.
  case endOfHeader
  /// A piece of the body, with CRLF.
  case body(ByteBuffer)
  /// The message is complete: the moment for modifications and the verdict.
  case endOfMessage

  /// The command that told it.
  public var command: MilterCommand {
    switch self {
    case .connect: .connect
    case .helo: .helo
    case .mail: .mail
    case .recipient: .recipient
    case .data: .data
    case .unknown: .unknown
    case .header: .header
    case .endOfHeader: .endOfHeader
    case .body: .body
    case .endOfMessage: .endOfMessage
    }
  }
}

/// Who has connected to the MTA.
public struct MilterClient: Sendable, Hashable {
  /// The name that its address has in DNS, or what the MTA writes where there is none: `[192.0.2.1]`, `unknown`.
  public var hostName: ByteBuffer
  public var address: Address

  public enum Address: Sendable, Hashable {
    case unknown
    /// A unix socket.
    case local(path: String)
    /// In text form. Port 0 where the message did not come over SMTP.
    case ipv4(String, port: UInt16)
    /// In text form, without `IPv6:`; a link-local one may have `%INTERFACE` behind it.
    case ipv6(String, port: UInt16)
  }

  public init(hostName: ByteBuffer, address: Address) {
    self.hostName = hostName
    self.address = address
  }

  /// The IP address in text form.
  public var ipAddress: String? {
    switch address {
    case .unknown, .local: nil
    case .ipv4(let text, _), .ipv6(let text, _): text
    }
  }
}

/// A sender or a recipient with its ESMTP parameters.
public struct MilterEnvelopeAddress: Sendable, Hashable {
  /// As the MTA has it: `<user@example.com>` over SMTP, without the angle brackets where Postfix took the message from
  /// sendmail(1); `<>` or nothing for a bounce.
  public var path: ByteBuffer
  private var parameterOctets: ByteBuffer

  init(path: ByteBuffer, parameterOctets: ByteBuffer) {
    self.path = path
    self.parameterOctets = parameterOctets
  }

  /// An address, for tests.
  public init(_ path: String, parameters: [String] = []) {
    self.path = ByteBuffer(string: path)
    parameterOctets = ByteBuffer()
    for parameter in parameters {
      parameterOctets.writeString(parameter)
      parameterOctets.writeInteger(0 as UInt8)
    }
  }

  /// The address without angle brackets.
  public var address: ByteBuffer {
    let view = path.readableBytesView
    guard view.first == UInt8(ascii: "<"), view.last == UInt8(ascii: ">"), view.count > 1 else { return path }
    return path.getSlice(at: path.readerIndex + 1, length: path.readableBytes - 2) ?? path
  }

  /// ESMTP parameters such as `BODY=8BITMIME`, in their order.
  public var parameters: [ByteBuffer] {
    var rest = parameterOctets
    var parameters: [ByteBuffer] = []
    while let parameter = rest.readString() { parameters.append(parameter) }
    return parameters
  }
}
