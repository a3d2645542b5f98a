import Glibc
import SystemPackage

/// Describes the error of the last system call.
func lastSystemError() -> String { "\(Errno(rawValue: errno))" }
