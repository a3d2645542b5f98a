#if LDAP
  internal import CLDAP
  internal import DKIMConfiguration
  internal import Glibc

  /// The transport of libldap, which uses a stream of this program: the library's own I/O has no time limit if a server
  /// sends half a message or stalls in the TLS handshake, and it lets SIGPIPE kill the process when the connection is
  /// closed.
  @safe final class LDAPWire {
    private var stream: any ByteStream
    private var buffer = [UInt8](repeating: 0, count: 16 << 10)
    /// The received bytes that the library has not read yet.
    private var waiting = 0..<0
    private let functions: UnsafeMutablePointer<Sockbuf_IO>
    /// The deadline of the current library call.
    var deadline = Deadline(in: 0)
    /// The error that made the stream unusable.
    private(set) var failure: DataSetError?

    init(_ stream: any ByteStream) {
      self.stream = stream
      unsafe functions = .allocate(capacity: 1)
      unsafe functions.initialize(
        to: Sockbuf_IO(
          sbi_setup: { layer, wire in
            unsafe layer?.pointee.sbiod_pvt = wire
            return 0
          },
          sbi_remove: { _ in 0 },
          // Always reports data as ready, because reading has a time limit.
          sbi_ctrl: { _, option, _ in option == LBER_SB_OPT_DATA_READY ? 1 : 0 },
          sbi_read: { layer, bytes, count in
            unsafe LDAPWire.of(layer)?.read(UnsafeMutableRawBufferPointer(start: bytes, count: Int(count))) ?? -1
          },
          sbi_write: { layer, bytes, count in
            unsafe LDAPWire.of(layer)?.write(UnsafeRawBufferPointer(start: bytes, count: Int(count))) ?? -1
          },
          sbi_close: { _ in 0 }))
    }

    deinit { unsafe functions.deallocate() }

    /// Makes the stream the lowest layer of the library. The library handle must be freed before this object.
    func attach(to library: OpaquePointer) -> Bool {
      let this = unsafe Unmanaged.passUnretained(self).toOpaque()
      return unsafe ber_sockbuf_add_io(library, functions, LBER_SBIOD_LEVEL_PROVIDER, this) == 0
    }

    /// Continues over TLS.
    func encrypt(_ context: TLSContext, host: String, until deadline: Deadline) throws(DataSetError) {
      // Data received before TLS does not come from the authenticated server.
      guard waiting.isEmpty else { throw .temporary("\(stream.peer): the server did not wait for TLS") }
      stream = try TLSStream(over: stream, context, host: host, until: deadline)
    }

    // MARK: Called by the library

    private static func of(_ layer: UnsafeMutablePointer<Sockbuf_IO_Desc>?) -> LDAPWire? {
      unsafe layer?.pointee.sbiod_pvt.map { unsafe Unmanaged<LDAPWire>.fromOpaque($0).takeUnretainedValue() }
    }

    private func read(_ room: UnsafeMutableRawBufferPointer) -> Int {
      attempt { () throws(DataSetError) in
        if waiting.isEmpty {
          // A server that sends without end is late, too.
          if deadline.isOver { throw .temporary("\(stream.peer): no response in time") }
          waiting = 0..<(try stream.read(into: &buffer, from: 0, until: deadline))
        }
        let part = waiting.prefix(room.count)
        unsafe room.copyBytes(from: buffer[part])
        waiting = part.upperBound..<waiting.upperBound
        return part.count
      }
    }

    private func write(_ bytes: UnsafeRawBufferPointer) -> Int {
      attempt { () throws(DataSetError) in
        unsafe try stream.write(Array(bytes), until: deadline)
        return bytes.count
      }
    }

    private func attempt(_ work: () throws(DataSetError) -> Int) -> Int {
      do throws(DataSetError) {
        guard failure == nil else { throw .temporary("") }
        return try work()
      } catch {
        if failure == nil { failure = error }
        // The library retries on other values of errno.
        errno = EIO
        return -1
      }
    }
  }
#endif
