internal import DKIMConfiguration
internal import Glibc
internal import SystemSupport

/// The host of a database. Its name is resolved here, because the database libraries resolve names without a time
/// limit.
struct SQLHost: Sendable {
  /// `nil` if the library has to interpret the name itself: a local socket, or several hosts.
  private let resolver: HostResolver?

  init(_ name: DataSourceName, defaultPort: Int, isLocal: Bool) {
    let isNamed = !isLocal && !name.host.isEmpty && !name.host.contains(",") && !name.host.hasPrefix("/")
    resolver = isNamed ? HostResolver(host: name.host, port: name.port ?? defaultPort) : nil
  }

  /// Tries the addresses one after another, each with a share of the time, until one works.
  ///
  /// - Parameter open: opens a session with a numeric address, or `nil` if only the name is known.
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
