import CProcess
import Glibc

/// The role that the process was started in, and the resources it inherited.
///
/// Swift has no `fork`, so to create a second process, the program starts itself again (`/proc/self/exe`), with
/// environment variables that set the role of the new process. They are trusted, because a user who can set them can
/// run the program in any other way, too.
struct StartContext: Sendable {
  enum Role: String, Sendable {
    /// Not started by this program.
    case first
    /// Detached from the terminal (`Background`); the launcher waits until the process is ready.
    case daemon
    /// Filters mail under a supervisor (`AutoRestart`).
    case worker
  }

  static let roleVariable = "DKIM_MILTER_ROLE"
  static let listenersVariable = "DKIM_MILTER_LISTENERS"
  static let activationVariable = "DKIM_MILTER_ACTIVATED"
  static let detachVariable = "DKIM_MILTER_DETACH"
  static let configurationVariable = "DKIM_MILTER_CONFIGURATION"
  static let parentVariable = "DKIM_MILTER_PARENT"
  /// The socket to the process that started this one, if the role has one.
  static let channelDescriptor: CInt = 3
  /// The first of the inherited listening sockets. The configuration follows the last one.
  static let firstOwnListener: CInt = 4
  /// The first of the listening sockets from a service manager. (sd_listen_fds(3))
  static let firstActivatedListener: CInt = 3
  /// The maximum number of inherited listening sockets.
  static let maximumListeners = 16

  let role: Role
  /// The inherited listening sockets.
  let listeners: [CInt]
  /// The sockets are from the service manager, which also manages their files.
  let areActivated: Bool
  let notifier: ServiceNotifier
  /// The interval of watchdog notifications to the service manager: half its timeout.
  let watchdogInterval: Duration?

  /// This process was started by the service manager, which waits for it to be ready, so it must not daemonize.
  let isServiceProcess: Bool
  /// This process detaches from standard input, output and error when it is ready.
  let detachesWhenReady: Bool
  /// The configuration file as the parent process has read it, if it can be read only once.
  let configuration: [UInt8]?
  /// The process that started this one; `nil` in the first process.
  let parent: pid_t?

  /// Returns the environment variables for a child.
  static func variables(of start: SupervisedChild.Start) -> [String] {
    [
      "\(roleVariable)=\(start.role.rawValue)", "\(listenersVariable)=\(start.listeners.count)",
      "\(activationVariable)=\(start.areActivated ? 1 : 0)", "\(detachVariable)=\(start.detachesWhenReady ? 1 : 0)",
      "\(configurationVariable)=\(start.configuration == nil ? 0 : 1)", "\(parentVariable)=\(getpid())",
    ]
  }

  /// Requests that this worker ends when its supervisor ends, because nothing else would restart or stop it. Changing
  /// the user clears the request, so it has to be made again after that.
  func endWithSupervisor() throws(StartFailure) {
    guard role == .worker else { return }
    _ = cprocess_signal_when_parent_dies(SIGTERM)
    // The signal is not sent if the supervisor has died before the request.
    guard getppid() == parent else {
      throw StartFailure(.software, "the supervisor has ended while the worker was starting")
    }
  }

  /// Reads the environment and removes the variables that are meant only for this process.
  static func take() -> StartContext {
    let role = variable(roleVariable).flatMap(Role.init) ?? .first
    let isActivated = role == .first || variable(activationVariable) == "1"
    let configuration = takeConfiguration(role)
    let parent = role == .first ? nil : variable(parentVariable).flatMap { pid_t($0) }
    let detaches = role != .first && variable(detachVariable) == "1"
    let listeners = takeListeners(role)
    var destinations: [ServiceNotifier.Destination] = []
    if role != .first {
      closeOnExec(channelDescriptor)
      destinations.append(.channel(channelDescriptor))
    }
    if role != .worker, let name = variable("NOTIFY_SOCKET") { destinations.append(.socket(name)) }
    return StartContext(
      role: role, listeners: listeners, areActivated: isActivated && !listeners.isEmpty,
      notifier: ServiceNotifier(destinations: destinations),
      watchdogInterval: watchdog(role),
      // SYSTEMD_EXEC_PID is the process started by the command line of the unit, see systemd.exec(5).
      isServiceProcess: variable("NOTIFY_SOCKET") != nil
        && variable("SYSTEMD_EXEC_PID").flatMap { pid_t($0) } == getpid(),
      detachesWhenReady: detaches, configuration: configuration,
      parent: parent)
  }

  private static func takeConfiguration(_ role: Role) -> [UInt8]? {
    guard role != .first, variable(configurationVariable) == "1" else { return nil }
    let listeners = variable(listenersVariable).flatMap { Int($0) } ?? 0
    let descriptor = firstOwnListener + CInt(listeners)
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { return nil }
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    let count = unsafe bytes.withUnsafeMutableBytes { unsafe pread(descriptor, $0.baseAddress, $0.count, 0) }
    return count == bytes.count ? bytes : nil
  }

  private static func takeListeners(_ role: Role) -> [CInt] {
    defer {
      let own = [
        roleVariable, listenersVariable, activationVariable, detachVariable, configurationVariable, parentVariable,
      ]
      for name in own + ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"] { unsafe unsetenv(name) }
    }
    let first: CInt
    let count: Int
    if role != .first {
      first = firstOwnListener
      count = variable(listenersVariable).flatMap { Int($0) } ?? 0
    } else {
      guard variable("LISTEN_PID").flatMap({ pid_t($0) }) == getpid() else { return [] }
      first = firstActivatedListener
      count = variable("LISTEN_FDS").flatMap { Int($0) } ?? 0
    }
    let all = (0..<min(max(count, 0), maximumListeners)).map { first + CInt($0) }
    for descriptor in all { closeOnExec(descriptor) }
    return all.filter(ListeningSocket.isListening)
  }

  /// Reads the watchdog interval. Under a supervisor, `WATCHDOG_PID` is the supervisor's, which has already checked it.
  private static func watchdog(_ role: Role) -> Duration? {
    guard let limit = variable("WATCHDOG_USEC").flatMap({ Int64($0) }), limit > 0 else { return nil }
    if role == .first, let process = variable("WATCHDOG_PID").flatMap({ pid_t($0) }), process != getpid() {
      return nil
    }
    return .microseconds(limit / 2)
  }

  private static func closeOnExec(_ descriptor: CInt) { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }

  static func variable(_ name: String) -> String? { unsafe getenv(name).map { unsafe String(cString: $0) } }
}
