import Glibc

/// Standard input, output and error.
package enum StandardDescriptors {
  /// Opens /dev/null for each one that the parent process has closed. Otherwise, a socket would get its number, and
  /// would be lost when the process detaches from its terminal.
  package static func openMissing() {
    for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(descriptor, F_GETFD) < 0 {
      // open() uses the lowest free number, which is this one.
      _ = unsafe open("/dev/null", O_RDWR)
    }
  }
}
