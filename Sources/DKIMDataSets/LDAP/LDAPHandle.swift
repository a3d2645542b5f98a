#if LDAP
  internal import CLDAP
  internal import DKIMConfiguration
  internal import DKIMCore

  /// A connection of libldap over a socket that this program opened.
  ///
  /// After a failure, the library would reconnect by itself, without a login. Therefore a handle is not used again
  /// after a failure.
  @safe final class LDAPHandle {
    let server: LDAPName.Server
    private let pointer: OpaquePointer
    private let wire: LDAPWire
    private let socket: ClientSocket

    /// Maximum size of a message in bytes: an entry whose values all have the maximum length.
    private static let longestMessage = ber_len_t((LDAPURL.maximumAttributes + 1) * StoreLimits.longestValue)

    /// Time limit for the closing message; milliseconds. The message fits into the send buffer, unless the server does
    /// not read.
    private static let farewell = 20

    init(_ server: LDAPName.Server, over socket: ClientSocket) throws(DataSetError) {
      var pointer: OpaquePointer?
      let code = unsafe ldap_init_fd(socket.descriptor, LDAP_PROTO_EXT, server.libraryURL, &pointer)
      guard code == LDAP_SUCCESS, let pointer = unsafe pointer else {
        throw LDAPFailure(code: code, diagnostic: "").error(server, "libldap does not accept the socket")
      }
      self.server = server
      self.socket = socket
      unsafe self.pointer = pointer
      wire = LDAPWire(socket)
      var library: OpaquePointer?
      guard unsafe ldap_get_option(pointer, LDAP_OPT_SOCKBUF, &library) == LDAP_OPT_SUCCESS,
        let library = unsafe library, unsafe wire.attach(to: library)
      else { throw .temporary("\(server): libldap does not accept the socket") }
      var longest = Self.longestMessage
      _ = unsafe ber_sockbuf_ctrl(library, LBER_SB_OPT_SET_MAX_INCOMING, &longest)
      set(LDAP_OPT_PROTOCOL_VERSION, LDAP_VERSION3)
      // Referrals are not followed, so that the password does not go to other servers.
      _ = unsafe dkim_ldap_switch(pointer, LDAP_OPT_REFERRALS, 0)
      _ = unsafe dkim_ldap_switch(pointer, LDAP_OPT_RESTART, 0)
      // Otherwise the library does a reverse lookup of the server's address, without a time limit.
      _ = unsafe dkim_ldap_switch(pointer, LDAP_OPT_X_SASL_NOCANON, 1)
    }

    deinit {
      // The closing message is sent if the socket allows it.
      wire.deadline = Deadline(in: Self.farewell)
      _ = unsafe ldap_unbind_ext(pointer, nil, nil)
    }

    private func set(_ option: CInt, _ value: CInt) {
      var value = value
      _ = unsafe ldap_set_option(pointer, option, &value)
    }

    func set(_ option: CInt, _ text: String) {
      _ = unsafe text.withCString { unsafe ldap_set_option(pointer, option, $0) }
    }

    /// Sends StartTLS, and encrypts the connection. // RFC 4511 §4.14
    func startTLS(_ context: TLSContext, host: String, until deadline: Deadline) throws(DataSetError) {
      let refusal = try unsafe exchange("StartTLS", until: deadline) { pointer, number in
        unsafe ldap_start_tls(pointer, nil, nil, &number)
      }
      if let refusal { throw refusal.error(server, "StartTLS") }
      try encrypt(context, host: host, until: deadline)
    }

    func encrypt(_ context: TLSContext, host: String, until deadline: Deadline) throws(DataSetError) {
      try wire.encrypt(context, host: host, until: deadline)
    }

    // MARK: Requests and responses

    /// Calls a library function that sends a request. Returns its result and the number of the request.
    func call(
      until deadline: Deadline, _ work: (OpaquePointer, inout CInt) -> CInt
    ) throws(DataSetError) -> (code: CInt, number: CInt) {
      wire.deadline = deadline
      var number: CInt = -1
      let code = unsafe work(pointer, &number)
      if let failure = wire.failure { throw failure }
      return (code, number)
    }

    /// Sends a request, and returns its number.
    func send(
      _ step: String, until deadline: Deadline, _ work: (OpaquePointer, inout CInt) -> CInt
    ) throws(DataSetError) -> CInt {
      let (code, number) = try unsafe call(until: deadline, work)
      guard code == LDAP_SUCCESS else { throw failure(code).error(server, step) }
      return number
    }

    /// Returns the next response to a request. Only one message is in memory at a time.
    func answer(to number: CInt, _ step: String, until deadline: Deadline) throws(DataSetError) -> LDAPResponse {
      var message: OpaquePointer?
      let (kind, _) = try unsafe call(until: deadline) { pointer, _ in
        unsafe ldap_result(pointer, number, LDAP_MSG_ONE, nil, &message)
      }
      guard kind > 0, let message = unsafe message else {
        var code: CInt = LDAP_SERVER_DOWN
        _ = unsafe ldap_get_option(pointer, LDAP_OPT_RESULT_CODE, &code)
        throw failure(code == LDAP_SUCCESS ? LDAP_SERVER_DOWN : code).error(server, step)
      }
      return unsafe LDAPResponse(message, in: pointer, of: self)
    }

    /// Sends a request that has one response, and waits for it. Returns the error if the server refuses.
    func exchange(
      _ step: String, until deadline: Deadline, _ work: (OpaquePointer, inout CInt) -> CInt
    ) throws(DataSetError) -> LDAPFailure? {
      let number = try unsafe send(step, until: deadline, work)
      let answer = try answer(to: number, step, until: deadline)
      guard case .end = answer.kind else { throw .temporary("\(server): \(step): unexpected response") }
      return answer.failure
    }

    func failure(_ code: CInt) -> LDAPFailure {
      var text: UnsafeMutablePointer<CChar>?
      guard unsafe ldap_get_option(pointer, LDAP_OPT_DIAGNOSTIC_MESSAGE, &text) == LDAP_OPT_SUCCESS,
        let text = unsafe text
      else { return LDAPFailure(code: code, diagnostic: "") }
      defer { unsafe ldap_memfree(text) }
      return LDAPFailure(code: code, diagnostic: unsafe String(cString: text))
    }
  }

  extension LDAPName.Server {
    /// The URL for the library, which contains only the server.
    fileprivate var libraryURL: String {
      switch address {
      case .unix(let path): "ldapi://" + Self.percentEncoded(path)
      case .host(let host, let port):
        host.utf8.contains(UInt8(ascii: ":"))
          ? "\(scheme.rawValue)://[\(host)]:\(port)" : "\(scheme.rawValue)://\(Self.percentEncoded(host)):\(port)"
      }
    }

    private static func percentEncoded(_ text: String) -> String {
      text.utf8.reduce(into: "") { result, byte in
        if ASCII.isAlphanumeric(byte) || "-._~".utf8.contains(byte) {
          result.unicodeScalars.append(Unicode.Scalar(byte))
        } else {
          result += "%" + ASCII.hexDigits(byte)
        }
      }
    }
  }
#endif
