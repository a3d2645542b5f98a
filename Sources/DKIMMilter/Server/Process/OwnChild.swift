import CProcess
import Glibc
import SystemPackage

/// Another process of this program, started by this one, with a socket between them.
struct OwnChild {
  let process: pid_t
  /// Packets from the child, in the words of ``ServiceNotifier``; the end of file when it is gone.
  let channel: CInt

  /// What the child has said.
  struct Report {
    let lines: [Substring]
    /// The listening socket it has made; ours to close.
    let listener: CInt?

    var isReady: Bool { lines.contains("READY=1") }
  }

  /// Starts the program with the same command line.
  /// - Parameters:
  ///   - listeners: sockets the child takes over.
  ///   - areActivated: they are the service manager's.
  ///   - withoutNotifications: the child does not speak to the service manager itself.
  static func start(
    as role: StartContext.Role, listeners: [CInt], areActivated: Bool = false, withoutNotifications: Bool = false
  ) throws(StartFailure) -> OwnChild {
    var pair: (CInt, CInt) = (-1, -1)
    let made = unsafe withUnsafeMutablePointer(to: &pair) {
      unsafe $0.withMemoryRebound(to: CInt.self, capacity: 2) {
        unsafe socketpair(AF_UNIX, CInt(SOCK_SEQPACKET.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0, $0)
      }
    }
    guard made == 0 else { throw StartFailure(.systemError, "socketpair(): \(lastSystemError())") }
    defer { close(pair.1) }
    do throws(StartFailure) {
      let process = try spawn(
        as: role, channel: pair.1, listeners: listeners, areActivated: areActivated,
        withoutNotifications: withoutNotifications)
      return OwnChild(process: process, channel: pair.0)
    } catch {
      close(pair.0)
      throw error
    }
  }

  /// The next thing the child says; `nil` when it is gone.
  func nextReport() -> Report? {
    var octets = [UInt8](repeating: 0, count: 4096)
    var descriptor: CInt = -1
    var count = -1
    repeat {
      count = unsafe octets.withUnsafeMutableBytes {
        unsafe cprocess_receive(channel, $0.baseAddress, $0.count, &descriptor)
      }
    } while count < 0 && errno == EINTR
    guard count > 0 else { return nil }
    let text = String(decoding: octets[..<count], as: UTF8.self)
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

  private static func spawn(
    as role: StartContext.Role, channel: CInt, listeners: [CInt], areActivated: Bool, withoutNotifications: Bool
  ) throws(StartFailure) -> pid_t {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    // Copies with high numbers first: a source must not be overwritten before it is used.
    let copies = ([channel] + listeners).map { fcntl($0, F_DUPFD_CLOEXEC, 64) }
    defer { for copy in copies where copy >= 0 { close(copy) } }
    guard !copies.contains(where: { $0 < 0 }) else {
      throw StartFailure(.systemError, "fcntl(): \(lastSystemError())")
    }
    for (offset, copy) in copies.enumerated() {
      unsafe posix_spawn_file_actions_adddup2(&actions, copy, StartContext.channelDescriptor + CInt(offset))
    }
    var attributes = Self.attributes(newSession: role == .daemon)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    let words = unsafe CStrings(CommandLine.arguments)
    let environment = unsafe CStrings(
      inherited(withoutNotifications: withoutNotifications)
        + [
          "\(StartContext.roleVariable)=\(role.rawValue)", "\(StartContext.listenersVariable)=\(listeners.count)",
          "\(StartContext.activationVariable)=\(areActivated ? 1 : 0)",
        ])
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

  /// No signal is ignored in the child, and none is blocked but those for a reload, which wait for the end of its start.
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

  private static func inherited(withoutNotifications: Bool) -> [String] {
    var all: [String] = []
    var next = unsafe environ
    while let entry = unsafe next.pointee {
      let text = unsafe String(cString: entry)
      if !(withoutNotifications && text.hasPrefix("NOTIFY_SOCKET=")) { all.append(text) }
      unsafe next += 1
    }
    return all
  }
}

/// An array of C strings with an ending null pointer.
@unsafe private struct CStrings {
  let pointers: [UnsafeMutablePointer<CChar>?]

  init(_ texts: [String]) { unsafe pointers = texts.map { unsafe strdup($0) } + [nil] }

  func free() {
    for index in unsafe pointers.indices { unsafe Glibc.free(pointers[index]) }
  }
}
