#if Unbound
  import CUnbound
  import Glibc

  /// The setup of a new libunbound context.
  @safe struct UnboundSetup {
    let context: OpaquePointer

    /// Applies the configuration. All files are read here, because a process that has dropped its privileges or changed
    /// its root directory cannot open them later.
    func apply(_ configuration: UnboundConfiguration) throws(UnboundError) {
      let messages = Messages()
      defer { unsafe messages.close(context) }
      unsafe messages.collect(context)
      try perform("choosing threads", messages) { unsafe ub_ctx_async(context, 1) }
      // libunbound's default is 16 concurrent queries; all others would wait. The configuration file may set another
      // number.
      let questions = String(configuration.boundedQueries)
      for option in ["outgoing-range:", "num-queries-per-thread:"] {
        try perform("setting \(option)", messages) { unsafe ub_ctx_set_option(context, option, questions) }
      }
      if configuration.alwaysUsesTCP {
        try perform("choosing TCP", messages) { unsafe ub_ctx_set_option(context, "tcp-upstream:", "yes") }
      }
      if let file = configuration.configurationFile {
        try perform("reading \(file)", messages) { unsafe ub_ctx_config(context, file) }
      }
      if let file = configuration.trustAnchorFile {
        try perform("reading the trust anchor \(file)", messages) { unsafe ub_ctx_add_ta_file(context, file) }
      }
      for server in configuration.servers {
        let address = "\(server.address)@\(server.port)"
        try perform("setting the resolver \(address)", messages) { unsafe ub_ctx_set_fwd(context, address) }
      }
      // Adding a zone makes libunbound load its modules and read all files now; otherwise it would do so at the first
      // lookup. No one can own this name. // RFC 6761 §6.4
      try perform("starting libunbound", messages) {
        unsafe ub_ctx_zone_add(context, "dkim-milter.invalid", "static")
      }
    }

    static func text(of status: Int32) -> String {
      guard let text = unsafe ub_strerror(status) else { return "error \(status)" }
      return unsafe String(cString: text)
    }

    private func perform(
      _ step: String, _ messages: Messages, _ body: () -> Int32
    ) throws(UnboundError) {
      let status = body()
      guard status != 0 else { return }
      throw UnboundError(step: step, reason: Self.text(of: status), details: messages.text())
    }
  }

  /// The messages that libunbound prints during the setup; later messages are discarded.
  @safe private final class Messages {
    private static let limit = 500
    private var memory: UnsafeMutablePointer<CChar>?
    private var length = 0
    private var stream: UnsafeMutablePointer<FILE>?

    func collect(_ context: OpaquePointer) {
      unsafe stream = open_memstream(&memory, &length)
      _ = unsafe ub_ctx_debugout(context, stream)
    }

    /// Returns the end of the messages as one line.
    func text() -> String {
      guard let stream = unsafe stream else { return "" }
      unsafe fflush(stream)
      guard let memory = unsafe memory else { return "" }
      let bytes = unsafe UnsafeBufferPointer(start: memory, count: length)
      let line = String(decoding: unsafe bytes.suffix(Self.limit).map { UInt8(bitPattern: $0) }, as: UTF8.self)
      return line.split(whereSeparator: \.isNewline).joined(separator: "; ")
    }

    func close(_ context: OpaquePointer) {
      _ = unsafe ub_ctx_debugout(context, nil)
      if let stream = unsafe stream { unsafe fclose(stream) }
      unsafe free(memory)
      unsafe stream = nil
      unsafe memory = nil
    }
  }
#endif
