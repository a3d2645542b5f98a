import Glibc
import TestSupport
import Testing

/// The runtime below the programs writes nothing to the log of the system.
@Suite("The log of the system", .enabled(if: geteuid() == 0, "only root can have a /dev of its own"))
struct SystemLogTests {
  /// Prints what an unprivileged user's run of a command sends to /dev/log.
  private static let script = """
    import os, socket, subprocess, sys
    log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    log.bind("/dev/log")
    os.chmod("/dev/log", 0o666)
    log.setblocking(False)
    def demote():
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
    run = subprocess.run(sys.argv[1:], preexec_fn=demote, stdout=subprocess.DEVNULL)
    print("status", run.returncode)
    try:
        while True:
            print(log.recv(4096).decode())
    except BlockingIOError:
        pass
    """

  private func run(_ environment: String) throws -> String {
    let folder = try KeyFolder()
    let mounts =
      "mkdir /tmp/dev && mount -t tmpfs tmpfs /tmp/dev"
      + " && for d in null zero urandom; do touch /tmp/dev/$d && mount --bind /dev/$d /tmp/dev/$d; done"
      + " && mount --move /tmp/dev /dev"
    // The user of the test may not be able to search the folder of the program.
    let program = "cp '\(TestFiles.programs)/dkimtool' /tmp/dkimtool"
    let shell = "mount -t tmpfs -o mode=1777 tmpfs /tmp && \(program) && \(mounts) && exec \"$@\""
    let run = try KeyProcess.run(
      [
        "/usr/bin/unshare", "--mount", "/bin/sh", "-c", shell, "sh", "/usr/bin/env", environment,
        "/usr/bin/python3", "-c", Self.script, "/tmp/dkimtool", "genkey", "-D", "/tmp", "-d", "example.com", "-s", "s",
      ], in: folder)
    #expect(run.status == 0, "\(run.errors)")
    return run.output
  }

  @Test("a command that is not root's has no lines about priorities of threads in it")
  func noLinesOfTheRuntime() throws {
    #expect(try run("A=B") == "status 0\n")
    // The log is read: with the runtime's own default the line is there.
    #expect(try run("LIBDISPATCH_LOG=YES").contains("Failed to set thread priority"))
  }
}
