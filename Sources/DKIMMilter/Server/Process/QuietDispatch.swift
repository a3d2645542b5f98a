import Glibc

/// Suppression of the runtime's messages in the system log.
///
/// libdispatch tries to raise the priority of some threads, which only root may do, and logs "Failed to set thread
/// priority" to syslog under the program's name for each of them. The threads work nevertheless.
package enum QuietDispatch {
  /// Turns the messages off; has to be called before there are threads. A value that the user has set is kept.
  package static func begin() { _ = unsafe setenv("LIBDISPATCH_LOG", "NO", 0) }
}
