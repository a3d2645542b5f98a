public import NIOCore

/// An event that the MTA reports to a filter and waits for an answer to.
///
/// Buffers are slices of the data that was read. Copy what you keep; otherwise it keeps the memory of the whole read
/// alive. To get a `Span<UInt8>`, use `buffer.readableBytesUInt8Span`.
public enum MilterEvent: Sendable, Hashable {
  /// An SMTP client has connected.
  case connect(MilterClient)
  /// HELO or EHLO, with the name that the client gave.
  case helo(ByteBuffer)
  /// A message begins.
  case mail(MilterEnvelopeAddress)
  /// A recipient. The library does not limit their number; the filter may.
  case recipient(MilterEnvelopeAddress)
  /// DATA.
  case data
  /// An SMTP command that the MTA does not know, as the client wrote it.
  case unknown(ByteBuffer)
  /// A header field.
  case header(MilterHeaderField)
  /// The header is complete.
  case endOfHeader
  /// A body chunk, with CRLF line endings.
  case body(ByteBuffer)
  /// The message is complete; the answer contains the modifications and the verdict.
  case endOfMessage

  /// The command that carried the event.
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

/// The client that has connected to the MTA.
public struct MilterClient: Sendable, Hashable {
  /// The DNS name of the client's address, or what the MTA sends if it has none: `[192.0.2.1]`, `unknown`.
  public var hostName: ByteBuffer
  /// The address from which the client has connected.
  public var address: Address

  /// The address of a client.
  public enum Address: Sendable, Hashable {
    /// The MTA does not know the address.
    case unknown
    /// A unix socket.
    case local(path: String)
    /// An IPv4 address in text form. The port is 0 if the message did not arrive over SMTP.
    case ipv4(String, port: UInt16)
    /// An IPv6 address in text form, without `IPv6:`. A link-local address may end in `%INTERFACE`.
    case ipv6(String, port: UInt16)
  }

  /// Creates a client, for tests of filters.
  public init(hostName: ByteBuffer, address: Address) {
    self.hostName = hostName
    self.address = address
  }

  /// The IP address in text form, or `nil` if the client has none.
  public var ipAddress: String? {
    switch address {
    case .unknown, .local: nil
    case .ipv4(let text, _), .ipv6(let text, _): text
    }
  }
}

/// An envelope sender or recipient with its ESMTP parameters.
public struct MilterEnvelopeAddress: Sendable, Hashable {
  /// The address as the MTA sent it.
  ///
  /// It is `<user@example.com>` for mail over SMTP, without angle brackets if Postfix received the message from
  /// sendmail(1), and `<>` or empty for a bounce.
  public var path: ByteBuffer
  private var parameterBytes: ByteBuffer

  init(path: ByteBuffer, parameterBytes: ByteBuffer) {
    self.path = path
    self.parameterBytes = parameterBytes
  }

  /// Creates an address, for tests.
  public init(_ path: String, parameters: [String] = []) {
    self.path = ByteBuffer(string: path)
    parameterBytes = ByteBuffer()
    for parameter in parameters {
      parameterBytes.writeString(parameter)
      parameterBytes.writeInteger(0 as UInt8)
    }
  }

  /// The address without angle brackets.
  public var address: ByteBuffer {
    let view = path.readableBytesView
    guard view.first == UInt8(ascii: "<"), view.last == UInt8(ascii: ">"), view.count > 1 else { return path }
    return path.getSlice(at: path.readerIndex + 1, length: path.readableBytes - 2) ?? path
  }

  /// The ESMTP parameters, such as `BODY=8BITMIME`, in the order received.
  public var parameters: [ByteBuffer] {
    var rest = parameterBytes
    var parameters: [ByteBuffer] = []
    while let parameter = rest.readString() { parameters.append(parameter) }
    return parameters
  }
}
