internal import DKIMCore

/// The socket that the filter listens on. (`Socket`)
///
/// The forms are `inet:PORT`, `inet:PORT@HOST`, `inet6:PORT@HOST`, `local:PATH`, `unix:PATH`, or only a path. Port and
/// host may be in brackets, as in `inet6:8891@[::1]`.
package enum SocketSpecification: Sendable, Hashable {
  /// TCP over IPv4; without a host, on all addresses.
  case inet(port: Int, host: String?)
  /// TCP over IPv6; without a host, on all addresses.
  case inet6(port: Int, host: String?)
  /// A socket in the file system.
  case unix(path: String)

  /// The longest path that fits in a socket address, in bytes.
  package static let longestPath = 107

  /// Parses a socket.
  /// - Throws: ``SocketSpecificationError``, which says what was found and what was expected.
  package init(_ text: String) throws(SocketSpecificationError) {
    // Uses scalars: as a character, a colon with a combining mark after it is not a colon.
    let scalars = text.unicodeScalars
    guard scalars.first != "/", let colon = scalars.firstIndex(of: ":") else {
      self = try Self.unix(text)
      return
    }
    let rest = String(scalars[scalars.index(after: colon)...])
    switch TextBytes.folded(String(scalars[..<colon])) {
    case "local", "unix": self = try Self.unix(rest)
    case "inet":
      let (port, host) = try Self.portAndHost(rest, kind: "inet")
      self = .inet(port: port, host: host)
    case "inet6":
      let (port, host) = try Self.portAndHost(rest, kind: "inet6")
      self = .inet6(port: port, host: host)
    case let kind: throw .unknownKind(kind)
    }
  }

  private static func unix(_ path: String) throws(SocketSpecificationError) -> SocketSpecification {
    guard !path.isEmpty else { throw .noPath }
    guard path.utf8.count <= longestPath else { throw .pathTooLong(path) }
    return .unix(path: path)
  }

  private static func portAndHost(
    _ text: String, kind: String
  ) throws(SocketSpecificationError) -> (Int, String?) {
    let scalars = text.unicodeScalars
    let at = scalars.firstIndex(of: "@")
    let word = TextBytes.unwrapped(String(scalars[..<(at ?? scalars.endIndex)]), "[", "]")
    guard let port = ASCII.port(word) else {
      // Postfix uses the reverse order.
      let parts = scalars.split(separator: ":", omittingEmptySubsequences: false).map { String($0) }
      if at == nil, parts.count == 2, let port = ASCII.port(parts[1]) {
        throw .postfixOrder(kind: kind, host: parts[0], port: port)
      }
      throw .badPort(word)
    }
    guard let at else { return (port, nil) }
    let host = TextBytes.unwrapped(String(scalars[scalars.index(after: at)...]), "[", "]")
    guard !host.isEmpty, host.utf8.count <= 255, host.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
      throw .badHost(host)
    }
    return (port, host)
  }
}

extension SocketSpecification {
  /// The same port on the loopback interface; `nil` for a unix socket.
  var onLoopback: SocketSpecification? {
    switch self {
    case .inet(let port, _): .inet(port: port, host: "localhost")
    case .inet6(let port, _): .inet6(port: port, host: "::1")
    case .unix: nil
    }
  }

  /// Describes what other hosts can connect to; `nil` for a unix socket and for loopback addresses.
  var exposedHost: String? {
    switch self {
    case .unix: nil
    case .inet(let port, nil), .inet6(let port, nil): "port \(port) of this machine"
    case .inet(let port, let host?), .inet6(let port, let host?):
      isLoopback(host) ? nil : "port \(port) of \(host)"
    }
  }

  private func isLoopback(_ host: String) -> Bool {
    if let address = IPAddress(host) { return address.isLoopback }
    let name = TextBytes.folded(host)
    return name == "localhost" || name.hasSuffix(".localhost") || name == "ip6-localhost"
  }
}

extension SocketSpecification: CustomStringConvertible {
  /// The form that the initializer parses.
  package var description: String {
    switch self {
    case .inet(let port, let host): "inet:\(port)" + (host.map { "@\($0)" } ?? "")
    case .inet6(let port, let host):
      "inet6:\(port)" + (host.map { TextBytes.contains($0, ":") ? "@[\($0)]" : "@\($0)" } ?? "")
    case .unix(let path): "local:\(path)"
    }
  }
}

/// The reason why a text is not a valid socket.
package enum SocketSpecificationError: Error, Sendable, Hashable {
  case unknownKind(String)
  case noPath
  case pathTooLong(String)
  case badPort(String)
  case badHost(String)
  /// `inet:HOST:PORT`, the form of Postfix's main.cf.
  case postfixOrder(kind: String, host: String, port: Int)
}

extension SocketSpecificationError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unknownKind(let kind):
      "\(PrintableText.quoted(kind)) is not a kind of socket, expected inet:PORT@HOST, inet6:PORT@HOST or local:PATH"
    case .noPath: "the path is missing, expected local:PATH"
    case .pathTooLong(let path):
      "the path has \(path.utf8.count) bytes, but the path of a socket can have at most "
        + "\(SocketSpecification.longestPath)"
    case .badPort(let port): "\(PrintableText.quoted(port)) is not a port, expected a number from 1 to 65535"
    case .badHost(let host):
      "\(PrintableText.quoted(host)) is not a host, expected an address or a name after the \"@\""
    case .postfixOrder(let kind, let host, let port):
      "the host comes after the port here, unlike in Postfix's main.cf; write "
        + "\(kind):\(port)@\(PrintableText.line(host))"
    }
  }
}
