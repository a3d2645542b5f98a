internal import DKIMConfiguration
internal import Glibc

/// The host of a database. Its addresses are looked for here, since the libraries wait for name servers as long as
/// these take.
struct SQLHost: Sendable {
  /// `nil` where the library makes of the name what it likes: a local socket, or several hosts.
  private let resolver: HostResolver?

  init(_ name: DataSourceName, defaultPort: Int, isLocal: Bool) {
    let isNamed = !isLocal && !name.host.isEmpty && !name.host.contains(",") && !name.host.hasPrefix("/")
    resolver = isNamed ? HostResolver(host: name.host, port: name.port ?? defaultPort) : nil
  }

  /// Tries one address after the other, each with its share of the time, until one can be used.
  ///
  /// - Parameter open: is given an address in figures, `nil` where there is none but the name.
  func connect<Session>(
    until deadline: Deadline, _ open: (_ address: String?, Deadline) throws(DataSetError) -> Session
  ) throws(DataSetError) -> Session {
    var addresses = try resolver?.addresses(until: deadline).compactMap(\.figures) ?? []
    guard let last = addresses.popLast() else { return try open(nil, deadline) }
    for (index, address) in addresses.enumerated() {
      do throws(DataSetError) {
        return try open(address, Deadline(in: deadline.remaining / (addresses.count - index + 1)))
      } catch {
        guard case .temporary = error else { throw error }
      }
    }
    return try open(last, deadline)
  }
}

extension SocketAddress {
  /// The address without its port; `nil` for the path of a socket.
  fileprivate var figures: String? {
    var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    let status = unsafe withPointer { address, length in
      unsafe getnameinfo(address, length, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
    }
    guard status == 0, family != AF_UNIX else { return nil }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
