internal import DKIMConfiguration
internal import DKIMCore

/// The address of a server.
enum ServerAddress: Sendable, Hashable {
  /// A name or an address without brackets.
  case host(String, port: Int)
  /// The path of a unix socket.
  case unix(String)

  /// Maximum length of the path of a unix socket in bytes; a limit of the system.
  static let longestPath = 107

  /// Parses `HOST[:PORT]`, with an IPv6 address in brackets.
  init(host text: String, defaultPort: Int) throws(NameProblem) {
    let (host, port) = try Self.split(text)
    guard !host.isEmpty, host.utf8.count <= 255, host.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
      throw NameProblem(
        found: host.isEmpty ? "a server without a name" : "\"\(ServerText.shown(host))\" is not a server name",
        expected: "HOST or HOST:PORT, an IPv6 address in brackets")
    }
    guard let port else {
      self = .host(host, port: defaultPort)
      return
    }
    guard let number = ASCII.port(port) else {
      throw NameProblem(
        found: "\"\(ServerText.shown(port))\" is not a port", expected: "a number from 1 to 65535 after the colon")
    }
    self = .host(host, port: number)
  }

  /// Creates the address of a unix socket.
  init(path: String) throws(NameProblem) {
    guard path.utf8.count <= Self.longestPath, !path.utf8.contains(0) else {
      throw NameProblem(
        found: "a unix socket path of \(path.utf8.count) bytes",
        expected: "at most \(Self.longestPath) bytes without NUL")
    }
    self = .unix(path)
  }

  private static func split(_ text: String) throws(NameProblem) -> (host: String, port: String?) {
    if text.utf8.first == UInt8(ascii: "[") {
      let parts = text.utf8.dropFirst().split(
        separator: UInt8(ascii: "]"), maxSplits: 1, omittingEmptySubsequences: false)
      let rest = parts.count == 2 ? parts[1] : nil
      guard let rest, let host = IPAddress(String(Substring(parts[0]))), host.isIPv6,
        rest.isEmpty || rest.first == UInt8(ascii: ":")
      else {
        throw NameProblem(
          found: "\"\(ServerText.shown(text))\" has no IPv6 address in its brackets",
          expected: "[ADDRESS] or [ADDRESS]:PORT")
      }
      return (host.description, rest.isEmpty ? nil : String(Substring(rest.dropFirst())))
    }
    let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard parts.count <= 2 else {
      throw NameProblem(
        found: "\"\(ServerText.shown(text))\" contains more than one colon",
        expected: "HOST:PORT, and an IPv6 address in brackets")
    }
    return (String(Substring(parts[0])), parts.count == 2 ? String(Substring(parts[1])) : nil)
  }
}

extension ServerAddress {
  /// Whether the traffic stays on this machine.
  var isLocal: Bool {
    switch self {
    case .unix: true
    case .host(let host, _): host.lowercased() == "localhost" || IPAddress(host)?.isLoopback == true
    }
  }
}

extension ServerAddress: CustomStringConvertible {
  var description: String {
    switch self {
    case .host(let host, let port): host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)"
    case .unix(let path): path
    }
  }
}
