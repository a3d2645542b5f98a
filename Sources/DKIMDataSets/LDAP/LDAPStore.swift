#if LDAP
  internal import CLDAP
  internal import DKIMConfiguration
  internal import Glibc

  /// A directory on one server or several, and how to log in there.
  final class LDAPStore: Sendable {
    let name: LDAPName
    let login: LDAPLogin
    private let options: LDAPOptions
    /// False where any certificate of a server will do.
    let checksCertificates: Bool
    /// `nil` where no server is talked to over TLS.
    private let tls: TLSContext?
    /// One for each server.
    private let endpoints: [Endpoint]

    /// - Parameter library: the library's own settings, as it has read them.
    init(_ name: LDAPName, _ options: DataSetOptions, _ library: TLSRules = .ofLDAPLibrary) throws(DataSetError) {
      _ = Self.prepareLibrary
      self.name = name
      login = LDAPLogin(options.ldap, bindName: name.bindName)
      self.options = options.ldap
      let needsTLS = name.servers.contains { $0.isEncrypted(options.ldap) }
      let rules = library.overridden(byCAFile: options.caFile)
      checksCertificates = !needsTLS || rules.checksServer
      tls = needsTLS ? try TLSContext(rules) : nil
      endpoints = name.servers.map { Endpoint($0.address) }
    }

    /// Done once, before several threads come: the library reads its own files, and asks for the name of this machine.
    private static let prepareLibrary: Void = {
      var version: CInt = 0
      _ = unsafe ldap_get_option(nil, LDAP_OPT_PROTOCOL_VERSION, &version)
    }()

    /// Connects to the first server that can be asked, with a fair share of the time for each.
    ///
    /// - Throws: `temporary` where any of them may be better later.
    func connect(until deadline: Deadline) throws(DataSetError) -> LDAPConnection {
      var temporary: [String] = []
      var unusable: [String] = []
      for (index, server) in name.servers.enumerated() {
        let share = Deadline(in: deadline.remaining / (name.servers.count - index))
        do throws(DataSetError) {
          return try connect(to: server, endpoints[index], until: share)
        } catch {
          if case .temporary(let why) = error { temporary.append(why) } else { unusable.append("\(error)") }
        }
      }
      let all = (unusable + temporary).joined(separator: "; ")
      throw temporary.isEmpty ? .unusable(all) : .temporary(all)
    }

    private func connect(
      to server: LDAPName.Server, _ endpoint: Endpoint, until deadline: Deadline
    ) throws(DataSetError) -> LDAPConnection {
      let socket = try endpoint.socket(server.description, until: deadline)
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
