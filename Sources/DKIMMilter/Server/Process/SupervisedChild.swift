import CProcess
import Glibc
import SystemPackage

/// A child process that runs this program, with a socket to this process.
struct SupervisedChild {
  let process: pid_t
  /// The socket that receives packets from the child, in the format of ``ServiceNotifier``; end of file when the child
  /// has ended.
  let channel: CInt

  /// A report from the child.
  struct Report {
    let lines: [Substring]
    /// The listening socket that the child has created; the receiver has to close it.
    let listener: CInt?

    var isReady: Bool { lines.contains("READY=1") }
  }

  /// The parameters to start a child.
  struct Start {
    let role: StartContext.Role
    /// Sockets that the child takes over.
    let listeners: [CInt]
    /// The sockets are from the service manager.
    let areActivated: Bool
    /// The child itself reports to the service manager.
    let isNotifier: Bool
    /// The child detaches from standard input, output and error when it is ready.
    let detachesWhenReady: Bool
    /// The contents of the configuration file, if it can be read only once.
    let configuration: [UInt8]?
  }

  /// Starts the program with the same command line.
  static func start(_ start: Start) throws(StartFailure) -> SupervisedChild {
    var pair: (CInt, CInt) = (-1, -1)
    let made = unsafe withUnsafeMutablePointer(to: &pair) {
      unsafe $0.withMemoryRebound(to: CInt.self, capacity: 2) {
        unsafe socketpair(AF_UNIX, CInt(SOCK_SEQPACKET.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0, $0)
      }
    }
    guard made == 0 else { throw StartFailure(.systemError, "socketpair(): \(lastSystemError())") }
    defer { close(pair.1) }
    do throws(StartFailure) {
      let process = try spawn(start, channel: pair.1)
      return SupervisedChild(process: process, channel: pair.0)
    } catch {
      close(pair.0)
      throw error
    }
  }

  /// Waits for the next report of the child; returns `nil` when the child has ended.
  func nextReport() -> Report? {
    var bytes = [UInt8](repeating: 0, count: 4096)
    var descriptor: CInt = -1
    var count = -1
    repeat {
      count = unsafe bytes.withUnsafeMutableBytes {
        unsafe cprocess_receive(channel, $0.baseAddress, $0.count, &descriptor)
      }
    } while count < 0 && errno == EINTR
    guard count > 0 else { return nil }
    let text = String(decoding: bytes[..<count], as: UTF8.self)
    return Report(lines: text.split(separator: "\n"), listener: descriptor < 0 ? nil : descriptor)
  }

  /// Waits for the end of the process.
  func wait() -> Ending {
    var status: CInt = 0
    while unsafe waitpid(process, &status, 0) < 0, errno == EINTR {}
    return Ending(waitStatus: status)
  }

  /// How a process ended.
  enum Ending: Sendable, Hashable {
    case exited(CInt)
    case signalled(CInt)

    init(waitStatus: CInt) {
      let number = waitStatus & 0x7F
      self = number == 0 ? .exited(waitStatus >> 8 & 0xFF) : .signalled(number)
    }
  }

  private static func spawn(_ start: Start, channel: CInt) throws(StartFailure) -> pid_t {
    let file = try start.configuration.map { bytes throws(StartFailure) in try memoryFile(bytes) }
    defer { if let file { close(file) } }
    let inherited = [channel] + start.listeners + (file.map { [$0] } ?? [])
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    let firstUnused = StartContext.channelDescriptor + CInt(inherited.count)
    // First copy to numbers above those that the child uses, so that no source is overwritten before it is copied.
    let copies = inherited.map { fcntl($0, F_DUPFD_CLOEXEC, firstUnused) }
    defer { for copy in copies where copy >= 0 { close(copy) } }
    guard !copies.contains(where: { $0 < 0 }) else {
      throw StartFailure(.systemError, "fcntl(): \(lastSystemError())")
    }
    for (offset, copy) in copies.enumerated() {
      unsafe posix_spawn_file_actions_adddup2(&actions, copy, StartContext.channelDescriptor + CInt(offset))
    }
    // Close unknown descriptors that this process has inherited.
    unsafe cprocess_close_from(&actions, firstUnused)
    var attributes = Self.attributes(newSession: start.role == .daemon)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    let words = unsafe CStrings(CommandLine.arguments)
    let environment = unsafe CStrings(
      environment(withNotifications: start.isNotifier) + StartContext.variables(of: start))
    var process = pid_t()
    let failure = unsafe posix_spawn(
      &process, "/proc/self/exe", &actions, &attributes, words.pointers, environment.pointers)
    unsafe words.free()
    unsafe environment.free()
    guard failure == 0 else {
      throw StartFailure(.systemError, "posix_spawn(): \(Errno(rawValue: failure))")
    }
    return process
  }

  /// Returns attributes so that the child ignores no signals, and blocks only those for a reload, which stay pending
  /// until it has started.
  private static func attributes(newSession: Bool) -> posix_spawnattr_t {
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    var blocked = SignalSet(SignalSet.reloading).set
    unsafe posix_spawnattr_setsigmask(&attributes, &blocked)
    var all = sigset_t()
    unsafe sigfillset(&all)
    unsafe posix_spawnattr_setsigdefault(&attributes, &all)
    let flags = CInt(POSIX_SPAWN_SETSIGMASK) | CInt(POSIX_SPAWN_SETSIGDEF) | (newSession ? 0x80 : 0)
    unsafe posix_spawnattr_setflags(&attributes, Int16(flags))
    return attributes
  }

  /// Creates a file in memory with the given contents.
  private static func memoryFile(_ bytes: [UInt8]) throws(StartFailure) -> CInt {
    let descriptor = unsafe cprocess_memory_file("configuration")
    guard descriptor >= 0 else { throw StartFailure(.systemError, "memfd_create(): \(lastSystemError())") }
    do {
      _ = try FileDescriptor(rawValue: descriptor).writeAll(bytes)
      return descriptor
    } catch {
      close(descriptor)
      throw StartFailure(.systemError, "the configuration cannot be passed to the child process: \(error)")
    }
  }

  private static func environment(withNotifications: Bool) -> [String] {
    var all: [String] = []
    var next = unsafe environ
    while let entry = unsafe next.pointee {
      let text = unsafe String(cString: entry)
      if withNotifications || !text.hasPrefix("NOTIFY_SOCKET=") { all.append(text) }
      unsafe next += 1
    }
    return all
  }
}

/// An array of C strings that ends with a null pointer.
@unsafe private struct CStrings {
  let pointers: [UnsafeMutablePointer<CChar>?]

  init(_ texts: [String]) { unsafe pointers = texts.map { unsafe strdup($0) } + [nil] }

  func free() {
    for index in unsafe pointers.indices { unsafe Glibc.free(pointers[index]) }
  }
}
