import Glibc
import TestSupport
import Testing

/// Tests that the runtime libraries of the programs write nothing to the system log.
@Suite("The system log", .enabled(if: geteuid() == 0, "only root can have a /dev of its own"))
struct SystemLogTests {
  /// Prints what a command that an unprivileged user runs sends to /dev/log.
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
    // The user of the test may lack access to the directory of the program.
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

  @Test
  func `an unprivileged command logs no lines about thread priorities`() throws {
    #expect(try run("A=B") == "status 0\n")
    // Proof that the log is read: with the default of the runtime, the line appears.
    #expect(try run("LIBDISPATCH_LOG=YES").contains("Failed to set thread priority"))
  }
}
