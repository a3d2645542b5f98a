internal import Glibc
package import SystemSupport

/// Whether this process may lack permissions that the filter has.
package enum FileRights {
  /// True in a command that reads the filter's files. The filter itself may be started by a different user.
  @TaskLocal package static var isCommand = false

  /// True in a command that was not started by root: the filter may be able to read files that the command cannot.
  static var mayBeMissing: Bool { isCommand && geteuid() != 0 }
}

extension FileProblem {
  /// How to fix it; `nil` if the reason does not tell.
  package var fix: String? {
    switch reason {
    case .system(.noSuchFileOrDirectory): "create the file, or correct the path"
    case .system(.permissionDenied):
      FileRights.mayBeMissing
        ? "run this command with sudo"
        : "give the user who starts the filter permission to read it and to search its parent directories"
    default: nil
    }
  }
}
