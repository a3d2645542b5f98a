import Glibc
import SystemPackage
import TestSupport

/// The directory of a run. When the process of the tests ends, for whatever reason, the directory is deleted, and every
/// process recorded in it is ended.
final class MailFolder: Sendable {
  let path: String
  private let leash: CInt
  private let watcher: pid_t

  /// The directory is not below /tmp, because keys in a directory that all users may write to are not safe.
  init() throws {
    path = try TestFiles.makeFolder("\(Run.text("DKIM_MAIL_FOLDER") ?? "/var/spool")/dkim-interop.")
    chmod(path, 0o755)
    var ends: [CInt] = [0, 0]
    let kind = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw Errno(rawValue: errno) }
    leash = ends[1]
    defer { Glibc.close(ends[0]) }
    mkdir(path + "/processes", 0o755)
    let script = """
      cat > /dev/null
      for process in "$0"/processes/*; do kill -KILL "${process##*/}" 2> /dev/null; done
      rm -rf "$0"
      """
    let null = open("/dev/null", O_RDWR | O_CLOEXEC)
    defer { Glibc.close(null) }
    watcher = try Spawn.start(["sh", "-c", script, path], standardInput: ends[0], standardOutput: null)
  }

  func file(_ name: String) -> String { path + "/" + name }

  /// Creates a directory in it, readable by all users, or accessible only to `owner`.
  func makeFolder(_ name: String, owner: String? = nil) throws -> String {
    let folder = file(name)
    guard mkdir(folder, owner == nil ? 0o755 : 0o700) == 0 || errno == EEXIST else { throw Errno(rawValue: errno) }
    if let owner { try give(folder, to: owner) }
    return folder
  }

  func write(_ text: String, to name: String, permissions: FilePermissions = [.ownerReadWrite, .groupRead, .otherRead])
    throws -> String
  {
    try TestFiles.write(Array(text.utf8), to: file(name), permissions: permissions)
    return file(name)
  }

  func give(_ path: String, to owner: String) throws {
    guard Spawn.run(["chown", owner + ":", path]) == 0 else { throw ChildProcess.Failure("no user \(owner)") }
  }

  /// Records a process that has to end with this one.
  func note(_ process: pid_t) throws { _ = try write("", to: "processes/\(process)") }

  func forget(_ process: pid_t) { unlink(file("processes/\(process)")) }

  func close() {
    Glibc.close(leash)
    _ = Spawn.wait(for: watcher)
  }
}
