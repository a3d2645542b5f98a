import Glibc

/// Keeps the runtime's own lines out of the system's log.
///
/// libdispatch raises the priority of some threads, which only root may do, and writes "Failed to set thread priority"
/// to syslog under the name of the program for each of them. The threads work all the same.
package enum QuietDispatch {
  /// To be called before there are threads. A value that the user has set stays.
  package static func begin() { _ = unsafe setenv("LIBDISPATCH_LOG", "NO", 0) }
}
