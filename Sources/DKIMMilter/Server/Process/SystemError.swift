import Glibc
import SystemPackage

/// What the last call of the system complained about, as words.
func lastSystemError() -> String { "\(Errno(rawValue: errno))" }
