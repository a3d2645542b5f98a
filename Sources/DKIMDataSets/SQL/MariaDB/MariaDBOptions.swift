#if MariaDB
  internal import CMariaDB
  internal import DKIMConfiguration

  /// The options of libmariadb for a connection.
  @safe struct MariaDBOptions {
    private let connection: UnsafeMutablePointer<MYSQL>

    init(connection: UnsafeMutablePointer<MYSQL>) { unsafe self.connection = unsafe connection }

    func apply(_ name: DataSourceName, _ options: DataSetOptions, until deadline: Deadline) {
      unsafe set(MARIADB_OPT_IO_WAIT, to: unsafeBitCast(MariaDBWait.callback, to: UnsafeRawPointer.self))
      // The library takes whole seconds. Without a timeout, it treats a socket that is not ready as an error. The
      // deadline ends every wait except one: if the greeting arrives before the library waits for it, the TLS handshake
      // blocks in the socket for up to this timeout, and has to return by the deadline.
      let seconds = UInt32(clamping: max(1, deadline.remaining / 1000))
      for option in [MYSQL_OPT_CONNECT_TIMEOUT, MYSQL_OPT_READ_TIMEOUT, MYSQL_OPT_WRITE_TIMEOUT] {
        set(option, to: seconds)
      }
      set(MYSQL_SET_CHARSET_NAME, to: "utf8mb4")
      set(MYSQL_OPT_RECONNECT, to: my_bool(0))
      // Servers must not read files of this host.
      set(MYSQL_OPT_LOCAL_INFILE, to: UInt32(0))
      set(MYSQL_OPT_MAX_ALLOWED_PACKET, to: Self.longestPacket)
      set(MARIADB_OPT_RESTRICTED_AUTH, to: Self.methods(name))
      _ = unsafe mysql_options4(connection, MYSQL_OPT_CONNECT_ATTR_ADD, "program_name", "dkim-milter")
      // If a port is given, use TCP even for names such as localhost, for which the library would use a Unix socket.
      if name.port != nil { set(MYSQL_OPT_PROTOCOL, to: MYSQL_PROTOCOL_TCP.rawValue) }
      encrypt(name.tls, options)
    }

    private func encrypt(_ tls: DataSourceName.TLS?, _ options: DataSetOptions) {
      set(MYSQL_OPT_SSL_ENFORCE, to: my_bool(tls == .no ? 0 : 1))
      set(MYSQL_OPT_SSL_VERIFY_SERVER_CERT, to: my_bool(tls == .yes ? 1 : 0))
      if tls == .yes { set(MYSQL_OPT_SSL_CA, to: options.caFile ?? SQLServer.systemAuthorities) }
    }

    /// Room for a row with the maximum number of columns, each of maximum length.
    private static let longestPacket = (DataSourceName.maximumColumns + 1) * StoreLimits.longestValue

    /// Returns the allowed authentication methods, separated by commas. None of them asks for the password at the
    /// terminal. The methods of MySQL reveal the password to the server, either encrypted with a key that the server
    /// sends, or as plain text within TLS. So the SHA-2 methods are allowed only if the server is verified or on this
    /// host, and the plain-text method only if the server is verified.
    static func methods(_ name: DataSourceName) -> String {
      var methods = ["mysql_native_password", "client_ed25519", "parsec"]
      if name.tls == .yes || name.isLocal { methods += ["caching_sha2_password", "sha256_password"] }
      if name.tls == .yes { methods.append("mysql_clear_password") }
      return methods.joined(separator: ",")
    }

    private func set<Value>(_ option: mysql_option, to value: Value) {
      var value = value
      unsafe withUnsafePointer(to: &value) { unsafe set(option, to: UnsafeRawPointer($0)) }
    }

    private func set(_ option: mysql_option, to text: String) {
      unsafe text.withCString { unsafe set(option, to: UnsafeRawPointer($0)) }
    }

    private func set(_ option: mysql_option, to pointer: UnsafeRawPointer) {
      _ = unsafe mysql_options(connection, option, pointer)
    }
  }
#endif
