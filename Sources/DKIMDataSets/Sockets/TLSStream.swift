internal import CTLS
internal import DKIMConfiguration

/// TLS over another stream. OpenSSL only reads and writes memory, so that it neither waits nor raises a signal.
@safe final class TLSStream: ByteStream {
  private let stream: any ByteStream
  private let context: TLSContext
  private let connection: OpaquePointer
  /// Received bytes that OpenSSL has not read yet, and bytes that OpenSSL wants to send. The connection owns both
  /// buffers.
  private let incoming: OpaquePointer
  private let outgoing: OpaquePointer
  private var block = [UInt8](repeating: 0, count: 18 << 10)

  /// Performs the TLS handshake.
  ///
  /// - Parameter host: the name or the address that the server's certificate must contain.
  init(over stream: any ByteStream, _ context: TLSContext, host: String, until deadline: Deadline) throws(DataSetError)
  {
    ERR_clear_error()
    guard let connection = unsafe SSL_new(context.pointer) else {
      throw .temporary("\(stream.peer): TLS initialization failed: \(TLSContext.lastReason())")
    }
    guard let incoming = unsafe BIO_new(BIO_s_mem()) else {
      unsafe SSL_free(connection)
      throw .temporary("\(stream.peer): out of memory for TLS")
    }
    guard let outgoing = unsafe BIO_new(BIO_s_mem()) else {
      unsafe BIO_free(incoming)
      unsafe SSL_free(connection)
      throw .temporary("\(stream.peer): out of memory for TLS")
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

  func write(_ bytes: [UInt8], until deadline: Deadline) throws(DataSetError) {
    guard !bytes.isEmpty else { return }
    try unsafe run(until: deadline) { connection in
      unsafe bytes.withUnsafeBytes { unsafe SSL_write(connection, $0.baseAddress, CInt(clamping: $0.count)) }
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

  /// Requests the host by SNI, and accepts only a certificate for it.
  private func expect(_ host: String) throws(DataSetError) {
    let rules = unsafe SSL_get0_param(connection)
    let isAddress = IPAddress(host) != nil
    unsafe X509_VERIFY_PARAM_set_hostflags(rules, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
    let isSet =
      unsafe isAddress ? X509_VERIFY_PARAM_set1_ip_asc(rules, host) : X509_VERIFY_PARAM_set1_host(rules, host, 0)
    guard isSet == 1 else { throw .unusable("\(peer): the host name is invalid in a certificate") }
    guard !isAddress else { return }
    let name = Array(host.utf8CString)
    _ = unsafe name.withUnsafeBytes {
      unsafe SSL_ctrl(
        connection, SSL_CTRL_SET_TLSEXT_HOSTNAME, Int(TLSEXT_NAMETYPE_host_name),
        UnsafeMutableRawPointer(mutating: $0.baseAddress))
    }
  }

  /// Repeats an OpenSSL call until it succeeds, sending and receiving bytes in between. Returns the result of the call.
  @discardableResult
  private func run(until deadline: Deadline, _ step: (OpaquePointer) -> CInt) throws(DataSetError) -> Int {
    while true {
      ERR_clear_error()
      let result = unsafe step(connection)
      let code = unsafe SSL_get_error(connection, result)
      let refusal = code == SSL_ERROR_SSL ? refusal() : nil
      // Send the TLS alert even if the call failed; errors in sending it do not matter.
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

  /// Returns the error that the server sent before it closed the connection: with TLS 1.3, a server may refuse a client
  /// after the handshake, when the client already sends requests.
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
      var bytes = [UInt8](repeating: 0, count: 18 << 10)
      let count = unsafe bytes.withUnsafeMutableBytes {
        unsafe BIO_read(outgoing, $0.baseAddress, CInt(clamping: $0.count))
      }
      guard count > 0 else { return }
      try stream.write(Array(bytes[..<Int(count)]), until: deadline)
    }
  }

  /// Returns the error for a failed OpenSSL call.
  private func refusal() -> DataSetError {
    let verdict = unsafe SSL_get_verify_result(connection)
    if verdict != Int(X509_V_OK) {
      ERR_clear_error()
      let why = unsafe String(cString: X509_verify_cert_error_string(verdict))
      return .unusable(
        "\(peer): the server's certificate is not trusted: \(why); "
          + "set DataSetCAFile to the CA certificates to trust")
    }
    let isOurs = ERR_peek_error() & 0x7F_FFFF == UInt(SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED)
    let why = TLSContext.lastReason()
    if isOurs {
      return .unusable("\(peer): the server requests a client certificate, but none is configured (\(why))")
    }
    return .temporary("\(peer): TLS failed: \(why)")
  }
}
