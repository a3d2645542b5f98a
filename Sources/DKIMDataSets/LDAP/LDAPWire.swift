#if LDAP
  internal import CLDAP
  internal import DKIMConfiguration
  internal import Glibc

  /// What libldap sends and receives, which goes through a stream of ours: the library itself knows no time limit that
  /// holds while a server sends half a message or shakes hands, and has itself killed by a closed connection.
  @safe final class LDAPWire {
    private var stream: any OctetStream
    private var buffer = [UInt8](repeating: 0, count: 16 << 10)
    /// What was received, and not yet asked for by the library.
    private var waiting = 0..<0
    private let functions: UnsafeMutablePointer<Sockbuf_IO>
    /// When the library has to be done.
    var deadline = Deadline(in: 0)
    /// Why the stream is of no use any more.
    private(set) var failure: DataSetError?

    init(_ stream: any OctetStream) {
      self.stream = stream
      unsafe functions = .allocate(capacity: 1)
      unsafe functions.initialize(
        to: Sockbuf_IO(
          sbi_setup: { layer, wire in
            unsafe layer?.pointee.sbiod_pvt = wire
            return 0
          },
          sbi_remove: { _ in 0 },
          // Whenever the library wants to know whether there is something to read, it may try: reading ends in time.
          sbi_ctrl: { _, option, _ in option == LBER_SB_OPT_DATA_READY ? 1 : 0 },
          sbi_read: { layer, octets, count in
            unsafe LDAPWire.of(layer)?.read(UnsafeMutableRawBufferPointer(start: octets, count: Int(count))) ?? -1
          },
          sbi_write: { layer, octets, count in
            unsafe LDAPWire.of(layer)?.write(UnsafeRawBufferPointer(start: octets, count: Int(count))) ?? -1
          },
          sbi_close: { _ in 0 }))
    }

    deinit { unsafe functions.deallocate() }

    /// Puts the stream beneath everything that the library does. The library is to be gone before the wire.
    func attach(to library: OpaquePointer) -> Bool {
      let this = unsafe Unmanaged.passUnretained(self).toOpaque()
      return unsafe ber_sockbuf_add_io(library, functions, LBER_SBIOD_LEVEL_PROVIDER, this) == 0
    }

    /// Goes on over TLS.
    func encrypt(_ context: TLSContext, host: String, until deadline: Deadline) throws(DataSetError) {
      // What came before is not what the server with the certificate said.
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
          // A server that never ends is as late as one that says nothing.
          if deadline.isOver { throw .temporary("\(stream.peer): no answer in time") }
          waiting = 0..<(try stream.read(into: &buffer, from: 0, until: deadline))
        }
        let part = waiting.prefix(room.count)
        unsafe room.copyBytes(from: buffer[part])
        waiting = part.upperBound..<waiting.upperBound
        return part.count
      }
    }

    private func write(_ octets: UnsafeRawBufferPointer) -> Int {
      attempt { () throws(DataSetError) in
        unsafe try stream.write(Array(octets), until: deadline)
        return octets.count
      }
    }

    private func attempt(_ work: () throws(DataSetError) -> Int) -> Int {
      do throws(DataSetError) {
        guard failure == nil else { throw .temporary("") }
        return try work()
      } catch {
        if failure == nil { failure = error }
        // The library tries again where it is told to.
        errno = EIO
        return -1
      }
    }
  }
#endif
