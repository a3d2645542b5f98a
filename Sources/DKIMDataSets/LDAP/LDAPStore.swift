#if LDAP
  internal import CLDAP
  internal import DKIMConfiguration
  internal import Glibc

  /// A directory on one or more servers, with its login.
  final class LDAPStore: Sendable {
    let name: LDAPName
    let login: LDAPLogin
    private let options: LDAPOptions
    /// False if any server certificate is accepted.
    let checksCertificates: Bool
    /// `nil` if no server uses TLS.
    private let tls: TLSContext?
    /// One for each server.
    private let endpoints: [Endpoint]

    /// - Parameter library: the TLS settings of the LDAP library.
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

    /// Initializes the library once, before several threads use it: it reads its configuration files and looks up the
    /// host name.
    private static let prepareLibrary: Void = {
      var version: CInt = 0
      _ = unsafe ldap_get_option(nil, LDAP_OPT_PROTOCOL_VERSION, &version)
    }()

    /// Connects to the first server that can be searched. Each server gets an equal share of the remaining time.
    ///
    /// - Throws: `temporary` if the error of any server is temporary.
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

  /// The `LDAPKeepalive…` settings, which detect a dead server on an idle connection.
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
