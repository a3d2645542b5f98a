public import Milter

/// Who connects to the MTA that a peer plays.
public struct PeerClient: Sendable {
  /// The name in DNS, or `[ADDRESS]`.
  public var hostName = "client.example"
  /// `U`, `L`, `4` or `6`.
  public var family = UInt8(ascii: "4")
  public var port: UInt16 = 40_000
  public var address = "192.0.2.1"
  public var helo = "client.example"
  /// Macros at CONNECT. Those of Postfix: `j`, `{daemon_name}`, `{daemon_addr}`, `v`, `_`.
  public var macros: [(name: String, value: String)] = [
    ("j", "mx.example"), ("{daemon_name}", "smtpd"), ("{daemon_addr}", "198.51.100.1"), ("v", "Postfix 3.7.11"),
    ("_", "client.example [192.0.2.1]"),
  ]
  /// Macros at HELO: over TLS only.
  public var heloMacros: [(name: String, value: String)] = []

  /// A client of 192.0.2.1 at a Postfix without TLS.
  public init() {}

  /// A client at an IP address, of the family that the text has.
  public init(address: String, hostName: String? = nil) {
    self.address = address
    family = address.utf8.contains(UInt8(ascii: ":")) ? UInt8(ascii: "6") : UInt8(ascii: "4")
    self.hostName = hostName ?? "[\(address)]"
    macros[4] = ("_", "\(hostName ?? "unknown") [\(address)]")
  }
}

/// A message that a peer sends.
public struct PeerMessage: Sendable {
  /// A header field: the value as it stands behind the colon, with the blank, and bare LF for folds.
  public struct Field: Sendable, Hashable {
    public var name: [UInt8]
    public var value: [UInt8]

    public init(name: [UInt8], value: [UInt8]) {
      self.name = name
      self.value = value
    }
  }

  /// The argument of MAIL, with angle brackets.
  public var sender = "<sender@example.com>"
  public var senderParameters: [String] = []
  /// The arguments of RCPT.
  public var recipients = ["<recipient@example.net>"]
  public var fields: [Field]
  /// With CRLF.
  public var body: [UInt8]
  /// The macro `i`.
  public var queueID = "4B1C2D3E4F"
  /// Macros besides those of Postfix, at the stage given, such as `{auth_type}` at MAIL.
  public var macros: [MilterStage: [(name: String, value: String)]] = [:]

  /// A message of fields and a body.
  public init(fields: [Field], body: [UInt8]) {
    self.fields = fields
    self.body = body
  }

  /// A message as it stands in a file. What Postfix does to one is done to it: folds become LF, lines of the body end in
  /// CRLF, the last one too, white space before a colon goes.
  public init(_ octets: [UInt8]) {
    fields = []
    body = []
    var rest = octets[...]
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

  /// The message octet for octet, with CRLF.
  public var octets: [UInt8] {
    var octets: [UInt8] = []
    for field in fields { octets += field.octets }
    return octets + [0x0D, 0x0A] + body
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
  /// With CRLF for folds and at the end.
  var octets: [UInt8] {
    var octets = name + [UInt8(ascii: ":")]
    octets.reserveCapacity(name.count + value.count + 3)
    for octet in value {
      if octet == 0x0A { octets.append(0x0D) }
      octets.append(octet)
    }
    return octets + [0x0D, 0x0A]
  }
}
