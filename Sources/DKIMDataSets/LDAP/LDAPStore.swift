#if LDAP
  internal import CLDAP
  internal import DKIMConfiguration
  internal import Glibc

  /// A directory on one server or several, and how to log in there.
  final class LDAPStore: Sendable {
    let name: LDAPName
    let login: LDAPLogin
    private let options: LDAPOptions
    /// `nil` where no server is talked to over TLS.
    private let tls: TLSContext?
    /// One for each server; `nil` for those on a socket.
    private let resolvers: [HostResolver?]

    init(_ name: LDAPName, _ options: DataSetOptions) throws(DataSetError) {
      _ = Self.prepareLibrary
      self.name = name
      login = LDAPLogin(options.ldap, bindName: name.bindName)
      self.options = options.ldap
      let needsTLS = name.servers.contains { $0.isEncrypted(options.ldap) }
      tls = needsTLS ? try TLSContext(caFile: options.caFile) : nil
      resolvers = name.servers.map { server in
        if case .host(let host, let port) = server.address { HostResolver(host: host, port: port) } else { nil }
      }
    }

    /// Done once, before several threads come: the library reads its own files, and asks for the name of this machine.
    private static let prepareLibrary: Void = {
      var version: CInt = 0
      _ = unsafe ldap_get_option(nil, LDAP_OPT_PROTOCOL_VERSION, &version)
    }()

    /// Connects to the first server that can be asked, with a fair share of the time for each.
    func connect(until deadline: Deadline) throws(DataSetError) -> LDAPConnection {
      var failures: [String] = []
      for (index, server) in name.servers.enumerated() {
        let share = Deadline(in: deadline.remaining / (name.servers.count - index))
        do throws(DataSetError) {
          return try connect(to: server, resolvers[index], until: share)
        } catch {
          guard case .temporary(let why) = error else { throw error }
          failures.append(why)
        }
      }
      throw .temporary(failures.joined(separator: "; "))
    }

    private func connect(
      to server: LDAPName.Server, _ resolver: HostResolver?, until deadline: Deadline
    ) throws(DataSetError) -> LDAPConnection {
      let addresses =
        switch server.address {
        case .unix(let path): SocketAddress(path: path).map { [$0] } ?? []
        case .host: try resolver?.addresses(until: deadline) ?? []
        }
      let socket = try ClientSocket(server.description, addresses, until: deadline)
      if server.scheme != .ldapi { LDAPKeepalive(options).set(socket.descriptor) }
      let handle = try LDAPHandle(server, over: socket)
      if server.isEncrypted(options), let tls, case .host(let host, _) = server.address {
        if server.scheme == .ldaps {
          try handle.encrypt(tls, host: host, until: deadline)
        } else {
          try handle.startTLS(tls, host: host, until: deadline)
        }
      }
      try login.perform(on: handle, until: deadline)
      let connection = LDAPConnection(handle, name)
      try connection.check(until: deadline)
      return connection
    }
  }

  extension LDAPName.Server {
    func isEncrypted(_ options: LDAPOptions) -> Bool { scheme == .ldaps || (options.useTLS && scheme == .ldap) }
  }

  /// `LDAPKeepalive…`: how a server that is gone is noticed while nobody asks.
  struct LDAPKeepalive: Sendable, Hashable {
    private let idle: Int?
    private let interval: Int?
    private let probes: Int?

    init(_ options: LDAPOptions) {
      idle = options.keepaliveIdle
      interval = options.keepaliveInterval
      probes = options.keepaliveProbes
    }

    func set(_ descriptor: CInt) {
      for (option, value) in [(TCP_KEEPIDLE, idle), (TCP_KEEPINTVL, interval), (TCP_KEEPCNT, probes)] {
        guard var value = value.map({ CInt(clamping: $0) }), value > 0 else { continue }
        _ = unsafe setsockopt(descriptor, CInt(IPPROTO_TCP), option, &value, socklen_t(MemoryLayout<CInt>.size))
      }
    }
  }
#endif
