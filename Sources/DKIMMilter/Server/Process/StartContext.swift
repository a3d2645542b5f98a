import CProcess
import Glibc

/// What the process was started as, and what it inherited.
///
/// Swift has no `fork`: where a second process is needed, the program starts itself again (`/proc/self/exe`) and
/// these variables of the environment say what the new process is. They are trusted: a user who can set them can run
/// the program in any way.
struct StartContext: Sendable {
  enum Role: String, Sendable {
    /// Started by somebody else.
    case first
    /// Detached from the terminal (`Background`); the launcher waits until we are ready.
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
  /// The socket to the process that started us, where the role has one.
  static let channelDescriptor: CInt = 3
  /// The first of the inherited listening sockets. The configuration follows the last one.
  static let firstOwnListener: CInt = 4
  /// The first of the listening sockets from a service manager. (sd_listen_fds(3))
  static let firstActivatedListener: CInt = 3
  /// More than these are not taken over.
  static let maximumListeners = 16

  let role: Role
  /// Listening sockets that were handed over.
  let listeners: [CInt]
  /// They come from the service manager, whose business their files are.
  let areActivated: Bool
  let notifier: ServiceNotifier
  /// How often the service manager wants to hear of us; half its limit.
  let watchdogInterval: Duration?

  /// This process was started by the service manager, which waits for it to be ready: it must not go to the background.
  let isServiceProcess: Bool
  /// This process lets go of standard input, output and error when it is ready.
  let detachesWhenReady: Bool
  /// The configuration file as the process above has read it, where it can be read only once.
  let configuration: [UInt8]?
  /// The process that started this one; `nil` in the first process.
  let parent: pid_t?

  /// The variables for a child.
  static func variables(of start: OwnChild.Start) -> [String] {
    [
      "\(roleVariable)=\(start.role.rawValue)", "\(listenersVariable)=\(start.listeners.count)",
      "\(activationVariable)=\(start.areActivated ? 1 : 0)", "\(detachVariable)=\(start.detachesWhenReady ? 1 : 0)",
      "\(configurationVariable)=\(start.configuration == nil ? 0 : 1)", "\(parentVariable)=\(getpid())",
    ]
  }

  /// A worker ends when its supervisor does: without the supervisor, nothing restarts or stops the worker. A change
  /// of the user clears the request, so that it is made again after that.
  func endWithSupervisor() throws(StartFailure) {
    guard role == .worker else { return }
    _ = cprocess_signal_when_parent_dies(SIGTERM)
    // The signal is not sent if the supervisor has died before the request.
    guard getppid() == parent else {
      throw StartFailure(.software, "the supervisor has ended while the worker was starting")
    }
  }

  /// Reads the environment, and removes from it what is meant for this process alone.
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
      // systemd.exec(5): the process that the unit's command line names.
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
    var octets = [UInt8](repeating: 0, count: Int(status.st_size))
    let count = unsafe octets.withUnsafeMutableBytes { unsafe pread(descriptor, $0.baseAddress, $0.count, 0) }
    return count == octets.count ? octets : nil
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

  /// Under a supervisor the number of the process is the supervisor's, who has checked it.
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
