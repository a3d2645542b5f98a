internal import CTLS
internal import DKIMConfiguration

/// TLS over another stream. OpenSSL sees octets in memory only, so that it neither waits nor raises a signal.
@safe final class TLSStream: OctetStream {
  private let stream: any OctetStream
  private let context: TLSContext
  private let connection: OpaquePointer
  /// What came from the server and OpenSSL has not seen, and what OpenSSL wants to be sent. The connection owns them.
  private let incoming: OpaquePointer
  private let outgoing: OpaquePointer
  private var block = [UInt8](repeating: 0, count: 18 << 10)

  /// Shakes hands.
  ///
  /// - Parameter host: the name or the address that the certificate has to be made out to.
  init(over stream: any OctetStream, _ context: TLSContext, host: String, until deadline: Deadline) throws(DataSetError)
  {
    ERR_clear_error()
    guard let connection = unsafe SSL_new(context.pointer) else {
      throw .temporary("\(stream.peer): TLS cannot be set up: \(TLSContext.lastReason())")
    }
    guard let incoming = unsafe BIO_new(BIO_s_mem()) else {
      unsafe SSL_free(connection)
      throw .temporary("\(stream.peer): no memory for TLS")
    }
    guard let outgoing = unsafe BIO_new(BIO_s_mem()) else {
      unsafe BIO_free(incoming)
      unsafe SSL_free(connection)
      throw .temporary("\(stream.peer): no memory for TLS")
    }
    unsafe SSL_set_bio(connection, incoming, outgoing)
    self.stream = stream
    self.context = context
    unsafe self.connection = connection
    unsafe self.incoming = incoming
    unsafe self.outgoing = outgoing
    try expect(host)
    try unsafe run(until: deadline) { unsafe SSL_connect($0) }
  }

  deinit { unsafe SSL_free(connection) }

  var peer: String { stream.peer }

  func write(_ octets: [UInt8], until deadline: Deadline) throws(DataSetError) {
    guard !octets.isEmpty else { return }
    try unsafe run(until: deadline) { connection in
      unsafe octets.withUnsafeBytes { unsafe SSL_write(connection, $0.baseAddress, CInt(clamping: $0.count)) }
    }
  }

  func read(into buffer: inout [UInt8], from start: Int, until deadline: Deadline) throws(DataSetError) -> Int {
    try unsafe run(until: deadline) { connection in
      unsafe buffer.withUnsafeMutableBytes { all in
        let room = unsafe UnsafeMutableRawBufferPointer(rebasing: all[start...])
        return unsafe SSL_read(connection, room.baseAddress, CInt(clamping: room.count))
      }
    }
  }

  /// Asks for the host, and takes no certificate of another one.
  private func expect(_ host: String) throws(DataSetError) {
    let rules = unsafe SSL_get0_param(connection)
    let isAddress = IPAddress(host) != nil
    unsafe X509_VERIFY_PARAM_set_hostflags(rules, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
    let isSet =
      unsafe isAddress ? X509_VERIFY_PARAM_set1_ip_asc(rules, host) : X509_VERIFY_PARAM_set1_host(rules, host, 0)
    guard isSet == 1 else { throw .unusable("\(peer): no certificate can be made out to that host") }
    guard !isAddress else { return }
    let name = Array(host.utf8CString)
    _ = unsafe name.withUnsafeBytes {
      unsafe SSL_ctrl(
        connection, SSL_CTRL_SET_TLSEXT_HOSTNAME, Int(TLSEXT_NAMETYPE_host_name),
        UnsafeMutableRawPointer(mutating: $0.baseAddress))
    }
  }

  /// Does a step until it succeeds, and moves octets in between. What the step returned.
  @discardableResult
  private func run(until deadline: Deadline, _ step: (OpaquePointer) -> CInt) throws(DataSetError) -> Int {
    while true {
      ERR_clear_error()
      let result = unsafe step(connection)
      let code = unsafe SSL_get_error(connection, result)
      let refusal = code == SSL_ERROR_SSL ? refusal() : nil
      // An alert is to leave even where the step failed; whether it does is of no matter then.
      if let refusal {
        try? flush(until: deadline)
        throw refusal
      }
      do throws(DataSetError) {
        try flush(until: deadline)
      } catch {
        throw lastWord() ?? error
      }
      switch code {
      case SSL_ERROR_NONE: return Int(result)
      case SSL_ERROR_WANT_READ: try receive(until: deadline)
      case SSL_ERROR_WANT_WRITE: continue
      default: throw .temporary("\(peer): the server closed the connection")
      }
    }
  }

  private func receive(until deadline: Deadline) throws(DataSetError) {
    let count = try stream.read(into: &block, from: 0, until: deadline)
    _ = unsafe block.withUnsafeBytes { unsafe BIO_write(incoming, $0.baseAddress, CInt(clamping: count)) }
  }

  /// What a server said before it closed the connection: with TLS 1.3 it may refuse a client that has shaken hands
  /// and asks already.
  private func lastWord() -> DataSetError? {
    guard (try? receive(until: Deadline(in: 10))) != nil else { return nil }
    ERR_clear_error()
    let result = unsafe block.withUnsafeMutableBytes {
      unsafe SSL_read(connection, $0.baseAddress, CInt(clamping: $0.count))
    }
    return unsafe SSL_get_error(connection, result) == SSL_ERROR_SSL ? refusal() : nil
  }

  private func flush(until deadline: Deadline) throws(DataSetError) {
    while unsafe BIO_ctrl_pending(outgoing) > 0 {
      var octets = [UInt8](repeating: 0, count: 18 << 10)
      let count = unsafe octets.withUnsafeMutableBytes {
        unsafe BIO_read(outgoing, $0.baseAddress, CInt(clamping: $0.count))
      }
      guard count > 0 else { return }
      try stream.write(Array(octets[..<Int(count)]), until: deadline)
    }
  }

  /// Why OpenSSL does not go on.
  private func refusal() -> DataSetError {
    let verdict = unsafe SSL_get_verify_result(connection)
    if verdict != Int(X509_V_OK) {
      ERR_clear_error()
      let why = unsafe String(cString: X509_verify_cert_error_string(verdict))
      return .unusable(
        "\(peer): the certificate of the server is not trusted: \(why); "
          + "DataSetCAFile names the authorities that are")
    }
    let isOurs = ERR_peek_error() & 0x7F_FFFF == UInt(SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED)
    let why = TLSContext.lastReason()
    if isOurs {
      return .unusable("\(peer): the server asks for a certificate of its clients, and there is none (\(why))")
    }
    return .temporary("\(peer): TLS failed: \(why)")
  }
}
