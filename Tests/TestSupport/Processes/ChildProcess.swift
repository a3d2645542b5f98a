public import Glibc
import Synchronization

/// A program that runs during a test; it is stopped at the latest with its owner.
public final class ChildProcess: Sendable {
  public struct Failure: Error, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
  }

  public let id: pid_t
  private let status = Mutex<Int?>(nil)

  /// Starts `arguments[0]`, found in PATH, with empty standard input. Its output goes to `log` or is discarded.
  /// `inheriting` is a descriptor that the child inherits with the same number.
  public init(
    _ arguments: [String], environment: [String: String] = [:], log: String? = nil, inheriting: CInt? = nil
  ) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, log ?? "/dev/null", O_WRONLY | O_CREAT | O_APPEND, 0o644)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    // A descriptor that is duplicated onto itself stays open in the child.
    if let inheriting { posix_spawn_file_actions_adddup2(&actions, inheriting, inheriting) }
    // Threads of tests block signals, and a shell ignores SIGINT for a command in the background. A child would inherit
    // both.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    var all = sigset_t()
    sigfillset(&all)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF))
    Self.keepDescriptors()
    var process: pid_t = 0
    let result = withCStrings(arguments) { argv in
      withCStrings(Self.environment(adding: environment)) { environment in
        posix_spawnp(&process, arguments[0], &actions, &attributes, argv, environment)
      }
    }
    guard result == 0 else { throw Failure("\(arguments[0]) cannot be started: \(String(cString: strerror(result)))") }
    id = process
  }

  deinit { stop(timeout: .zero) }

  /// The exit status, or 128 plus the number of the signal that ended it; nil while it runs.
  public var exitStatus: Int? {
    status.withLock { known in
      if let known { return known }
      var status: CInt = 0
      guard waitpid(id, &status, WNOHANG) == id else { return nil }
      known = status & 0x7F == 0 ? Int(status >> 8 & 0xFF) : 128 + Int(status & 0x7F)
      return known
    }
  }

  public var isRunning: Bool { exitStatus == nil }

  public func signal(_ number: CInt) {
    if isRunning { kill(id, number) }
  }

  /// Sends a signal to end the process, and kills it if it does not end within `patience`. Returns the exit status.
  @discardableResult
  public func stop(_ number: CInt = SIGTERM, timeout: Duration = .seconds(5)) -> Int {
    if timeout > .zero { signal(number) }
    let end = ContinuousClock.now + timeout
    while ContinuousClock.now < end {
      if let exitStatus { return exitStatus }
      usleep(5000)
    }
    signal(SIGKILL)
    while true {
      if let exitStatus { return exitStatus }
      usleep(1000)
    }
  }

  /// Waits until the process ends. Returns the exit status.
  public func end(within limit: Duration = .seconds(60)) async throws -> Int {
    try await eventually("process \(id) ends", within: limit) { !self.isRunning }
    return exitStatus ?? -1
  }

  /// Prevents children from inheriting the descriptors of this process, such as connections of other tests.
  private static func keepDescriptors() {
    guard let names = try? TestFiles.names(in: "/proc/self/fd") else { return }
    for descriptor in names.compactMap({ CInt($0) }) where descriptor > 2 { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
  }

  /// The environment of this process, without the profile path: a program built for coverage would overwrite our
  /// profile.
  private static func environment(adding extra: [String: String]) -> [String] {
    let extra = ["LLVM_PROFILE_FILE": "/dev/null"].merging(extra) { $1 }
    var all: [String] = []
    var next = environ
    while let entry = next.pointee {
      let text = String(cString: entry)
      if !extra.keys.contains(where: { text.hasPrefix($0 + "=") }) { all.append(text) }
      next += 1
    }
    return all + extra.map { "\($0.key)=\($0.value)" }
  }
}

private func withCStrings<Result>(
  _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
) -> Result {
  let copies = strings.map { strdup($0) } + [nil]
  defer { for copy in copies { free(copy) } }
  return body(copies)
}

/// Waits until `condition` is true; throws an error if it is not within `limit`.
public nonisolated(nonsending) func eventually(
  _ what: String, within limit: Duration = .seconds(60), _ condition: nonisolated(nonsending) () async throws -> Bool
) async throws {
  let end = ContinuousClock.now + limit
  var pause = Duration.milliseconds(2)
  while try await !condition() {
    guard ContinuousClock.now < end else { throw ChildProcess.Failure("not within \(limit): \(what)") }
    try await Task.sleep(for: pause)
    pause = min(pause * 2, .milliseconds(50))
  }
}
