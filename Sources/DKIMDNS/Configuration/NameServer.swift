internal import DKIMCore
internal import Glibc
internal import NIOCore

/// A DNS server to query: an IP address and a port.
///
/// Written as `IP` or `IP@PORT`: `192.0.2.1`, `127.0.0.1@5353`, `2001:db8::1`, `::1@5353`, `fe80::1%eth0@53`.
public struct NameServer: Sendable, Hashable {
  /// The default port.
  public static let standardPort = 53

  /// The address as written; the scope of an IPv6 address follows `%`.
  public let address: String
  /// The port, 1 to 65535.
  public let port: Int
  /// Whether the address is in 127.0.0.0/8 or is ::1.
  public let isLoopback: Bool
  let socketAddress: SocketAddress

  /// Parses `IP` or `IP@PORT`.
  /// - Throws: ``NameServerError`` with the invalid text.
  public init(_ text: String) throws(NameServerError) {
    let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    let address = String(parts[0])
    guard !address.isEmpty else { throw .noAddress(text) }
    let port = parts.count == 2 ? try Self.port(String(parts[1])) : Self.standardPort
    guard Self.mayBeAddress(address) else { throw .notAnAddress(address) }
    do {
      socketAddress = try SocketAddress(ipAddress: address, port: port)
    } catch {
      throw address.contains("%") ? .unknownScope(address) : .notAnAddress(address)
    }
    self.address = address
    self.port = port
    isLoopback = Self.isLoopback(socketAddress)
  }

  /// Makes a server from an address that has been parsed.
  ///
  /// - Parameters:
  ///   - address: the address as written.
  ///   - bytes: its 4 or 16 bytes, most significant first.
  ///   - scope: the index of the network interface of an IPv6 address; 0 if it has no scope.
  package init(address: String, bytes: [UInt8], scope: UInt32, port: Int) {
    socketAddress = SocketAddress(bytes: bytes, scope: scope, port: port)
    self.address = address
    self.port = port
    isLoopback = Self.isLoopback(socketAddress)
  }

  private static func port(_ text: String) throws(NameServerError) -> Int {
    guard let port = ASCII.port(text) else { throw .badPort(text) }
    return port
  }

  /// Returns whether the text may be passed to the system's parser: host names, NUL and overlong texts may not.
  private static func mayBeAddress(_ text: String) -> Bool {
    let scoped = text.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)
    guard text.utf8.count <= 64, let number = scoped.first, !number.isEmpty else { return false }
    guard scoped.count == 1 || number.contains(":") else { return false }
    let isHexadecimal = number.utf8.allSatisfy { ASCII.hexValue($0) != nil || ".:".utf8.contains($0) }
    return isHexadecimal && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
  }

  private static func isLoopback(_ address: SocketAddress) -> Bool {
    guard let text = address.ipAddress else { return false }
    return text == "::1" || text.hasPrefix("127.")
  }

  public static func == (a: NameServer, b: NameServer) -> Bool { a.socketAddress == b.socketAddress }
  public func hash(into hasher: inout Hasher) { hasher.combine(socketAddress) }
}

extension SocketAddress {
  fileprivate init(bytes: [UInt8], scope: UInt32, port: Int) {
    if bytes.count == 4 {
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = in_port_t(port).bigEndian
      unsafe withUnsafeMutableBytes(of: &address.sin_addr) { unsafe $0.copyBytes(from: bytes) }
      self.init(address)
    } else {
      precondition(bytes.count == 16)
      var address = sockaddr_in6()
      address.sin6_family = sa_family_t(AF_INET6)
      address.sin6_port = in_port_t(port).bigEndian
      address.sin6_scope_id = scope
      unsafe withUnsafeMutableBytes(of: &address.sin6_addr) { unsafe $0.copyBytes(from: bytes) }
      self.init(address)
    }
  }
}

extension NameServer: CustomStringConvertible {
  /// The form that the initializer parses; the port is included only if it is not 53.
  public var description: String { port == Self.standardPort ? address : "\(address)@\(port)" }
}

/// The reason why a text does not name a DNS server.
public enum NameServerError: Error, Sendable, Hashable {
  /// The address is missing.
  case noAddress(String)
  /// Neither an IPv4 nor an IPv6 address; host names are not looked up.
  case notAnAddress(String)
  /// The port is not a decimal number from 1 to 65535.
  case badPort(String)
  /// The scope after `%` is not a network interface of this host.
  case unknownScope(String)
}

extension NameServerError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noAddress(let text): "\"\(text)\" has no IP address; expected IP or IP@PORT"
    case .notAnAddress(let text): "\"\(text)\" is not an IP address; expected IP or IP@PORT"
    case .badPort(let text): "\"\(text)\" is not a port; expected a number from 1 to 65535"
    case .unknownScope(let text): "\"\(text)\" does not name a network interface of this host"
    }
  }
}
