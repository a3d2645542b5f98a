public import Milter

/// The SMTP client of the MTA that a peer simulates.
public struct PeerClient: Sendable {
  /// The DNS name, or `[ADDRESS]`.
  public var hostName = "client.example"
  /// The address family: `U`, `L`, `4` or `6`.
  public var family = UInt8(ascii: "4")
  /// The client's port.
  public var port: UInt16 = 40_000
  /// The client's IP address, or the path of its Unix domain socket.
  public var address = "192.0.2.1"
  /// The argument of HELO.
  public var helo = "client.example"
  /// The macros at CONNECT, by default those of Postfix: `j`, `{daemon_name}`, `{daemon_addr}`, `v`, `_`.
  public var macros: [(name: String, value: String)] = [
    ("j", "mx.example"), ("{daemon_name}", "smtpd"), ("{daemon_addr}", "198.51.100.1"), ("v", "Postfix 3.7.11"),
    ("_", "client.example [192.0.2.1]"),
  ]
  /// The macros at HELO; Postfix sends them only for TLS connections.
  public var heloMacros: [(name: String, value: String)] = []

  /// Creates a client with the address 192.0.2.1 that is connected to Postfix without TLS.
  public init() {}

  /// Creates a client with an IPv4 or IPv6 address.
  public init(address: String, hostName: String? = nil) {
    self.address = address
    family = address.utf8.contains(UInt8(ascii: ":")) ? UInt8(ascii: "6") : UInt8(ascii: "4")
    self.hostName = hostName ?? "[\(address)]"
    macros[4] = ("_", "\(hostName ?? "unknown") [\(address)]")
  }
}

/// A message that a peer sends.
public struct PeerMessage: Sendable {
  /// A header field. The value is everything after the colon, including the space, with bare LF for line folds.
  public struct Field: Sendable, Hashable {
    /// The name, without the colon.
    public var name: [UInt8]
    /// Everything after the colon, including the space, with bare LF for line folds.
    public var value: [UInt8]

    /// Creates a field.
    public init(name: [UInt8], value: [UInt8]) {
      self.name = name
      self.value = value
    }
  }

  /// The argument of MAIL, with angle brackets.
  public var sender = "<sender@example.com>"
  /// The ESMTP parameters of MAIL, such as `SIZE=100`.
  public var senderParameters: [String] = []
  /// The arguments of RCPT.
  public var recipients = ["<recipient@example.net>"]
  /// The header fields, from the top.
  public var fields: [Field]
  /// The body, with CRLF line endings.
  public var body: [UInt8]
  /// The value of the macro `i`.
  public var queueID = "4B1C2D3E4F"
  /// Macros by stage in addition to those of Postfix, such as `{auth_type}` at MAIL.
  public var macros: [MilterStage: [(name: String, value: String)]] = [:]

  /// Creates a message from header fields and a body.
  public init(fields: [Field], body: [UInt8]) {
    self.fields = fields
    self.body = body
  }

  /// Creates a message from the contents of a file.
  ///
  /// It makes Postfix's changes: line folds become LF, all lines of the body, including the last one, end in CRLF, and
  /// white space before a colon is removed.
  public init(_ bytes: [UInt8]) {
    fields = []
    body = []
    var rest = bytes[...]
    while !rest.isEmpty {
      let line = Self.line(&rest)
      if line.isEmpty { break }
      if line.first == 0x20 || line.first == 0x09, !fields.isEmpty {
        fields[fields.count - 1].value += [0x0A] + line
      } else if let colon = line.firstIndex(of: UInt8(ascii: ":")) {
        var name = line[..<colon]
        while name.last == 0x20 || name.last == 0x09 { name.removeLast() }
        fields.append(Field(name: Array(name), value: Array(line[(colon + 1)...])))
      }
    }
    body.reserveCapacity(rest.count + 2)
    while !rest.isEmpty { body += Self.line(&rest) + [0x0D, 0x0A] }
  }

  /// The complete message, with CRLF line endings.
  public var bytes: [UInt8] {
    var bytes: [UInt8] = []
    for field in fields { bytes += field.bytes }
    return bytes + [0x0D, 0x0A] + body
  }

  private static func line(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let end = rest.firstIndex(of: 0x0A) ?? rest.endIndex
    var line = rest[rest.startIndex..<end]
    rest = rest[min(end + 1, rest.endIndex)...]
    if line.last == 0x0D { line.removeLast() }
    return line
  }
}

extension PeerMessage.Field {
  /// The field, with CRLF for line folds and at the end.
  var bytes: [UInt8] {
    var bytes = name + [UInt8(ascii: ":")]
    bytes.reserveCapacity(name.count + value.count + 3)
    for byte in value {
      if byte == 0x0A { bytes.append(0x0D) }
      bytes.append(byte)
    }
    return bytes + [0x0D, 0x0A]
  }
}
