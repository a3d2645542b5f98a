import Glibc
import SystemPackage

/// The result of running a program.
struct KeyProcess {
  let status: Int32
  let output: String
  let errors: String

  /// The lines on standard error.
  var errorLines: [String] { errors.split(separator: "\n").map(String.init) }

  struct NotStarted: Error {
    let program: String
    let reason: Errno
  }

  /// Runs the program under test, which is built next to the tests.
  static func dkimtool(_ arguments: [String], in folder: KeyFolder, umask: String? = nil) throws -> KeyProcess {
    let tool = try FilePath(executablePath()).removingLastComponent().appending("dkimtool").string
    return try run([tool] + arguments, in: folder, umask: umask ?? "022")
  }

  /// Runs a program to its end.
  static func run(_ words: [String], in folder: KeyFolder, umask: String = "022") throws -> KeyProcess {
    let run = folder.nextNumber()
    let output = folder.path("output-\(run)"), errors = folder.path("errors-\(run)")
    defer {
      unlink(output)
      unlink(errors)
    }
    // A shell sets the working directory and the umask, because posix_spawn cannot set them.
    let shell = ["/bin/sh", "-c", "cd \"$1\" && umask \"$2\" && shift 2 && exec \"$@\"", "sh", folder.root, umask]
    let process = try start(shell + words, output: output, errors: errors)
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    // A signal becomes 128 and its number, as in a shell.
    let code = status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
    return KeyProcess(status: code, output: try folder.read(output), errors: try folder.read(errors))
  }

  /// Returns a variable of the environment of this process, to be passed on.
  private static func setting(_ name: String) -> String {
    name + "=" + (getenv(name).map { String(cString: $0) } ?? "")
  }

  /// Starts a program; the caller waits for it.
  static func start(_ words: [String], output: String, errors: String) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT, 0o600)
    var arguments = words.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    // Without this, a build that measures coverage leaves a file behind; sanitizers need their settings.
    let settings: [String] = [
      "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", "LLVM_PROFILE_FILE=/dev/null", setting("TSAN_OPTIONS"),
      setting("ASAN_OPTIONS"),
    ]
    var environment = settings.map { strdup($0) } + [nil]
    defer { for variable in environment { free(variable) } }
    // The threads of a pool block signals; a child that inherits this mask could not be ended.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var noSignals = sigset_t()
    sigemptyset(&noSignals)
    posix_spawnattr_setsigmask(&attributes, &noSignals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var process = pid_t()
    let result = posix_spawn(&process, words[0], &actions, &attributes, &arguments, &environment)
    guard result == 0 else { throw NotStarted(program: words[0], reason: Errno(rawValue: result)) }
    return process
  }

  private static func executablePath() throws -> String {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
    guard count > 0 else { throw NotStarted(program: "/proc/self/exe", reason: Errno(rawValue: errno)) }
    return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

/// System programs that the tests compare with.
enum KeyPrograms {
  static func path(_ name: String) -> String? {
    ["/usr/sbin/", "/usr/bin/", "/usr/local/sbin/", "/usr/local/bin/"].map { $0 + name }
      .first { access($0, X_OK) == 0 }
  }
}
