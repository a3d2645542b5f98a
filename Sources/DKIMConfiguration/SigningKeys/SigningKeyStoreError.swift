package import DKIMCore
internal import SystemPackage

/// The reason why a private key cannot be used.
package enum SigningKeyStoreError: Error, Sendable, Hashable {
  case unreadable(path: String, why: String)
  /// A command that was not started by root has no permission to read the file; the filter may have it.
  case needsRoot(path: String)
  /// Other users can read or replace the key, and `RequireSafeKeys` is on. `why` starts with the path of the file or
  /// directory at fault.
  case unsafe(path: String, why: String, fix: String)
  case notAKey(path: String?, SigningKeyError)
  /// Smaller than `MinimumKeyBits`.
  case tooSmall(path: String?, bits: Int, minimum: Int)
}

extension SigningKeyStoreError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unreadable(let path, let why): "can't load key from \(path): \(why)"
    case .needsRoot(let path): "can't load key from \(path): \(Errno.permissionDenied)"
    case .unsafe(let path, let why, _): "\(path): key data is not secure: \(why)"
    case .notAKey(let path, let error): "can't load key from \(path ?? "the KeyTable"): \(error.textWithFix)"
    case .tooSmall(let path, let bits, let minimum):
      "\(path ?? "the key in the KeyTable"): private key too small (\(bits) bits, need at least \(minimum))"
    }
  }

  /// How to fix it.
  package var fix: String? {
    switch self {
    case .unreadable(let path, let why):
      switch why {
      case "\(Errno.noSuchFileOrDirectory)": "create the key with \"dkimtool genkey\", or correct the path"
      case "\(Errno.permissionDenied)": "give the filter's user permission to read \(path)"
      default: "correct the path"
      }
    case .needsRoot: "run this command with sudo"
    case .unsafe(_, _, let fix): fix
    case .notAKey: nil
    case .tooSmall: "make a larger key with \"dkimtool genkey\", or lower MinimumKeyBits"
    }
  }

  /// Returns the error as a problem for `-n` and the log.
  package func problem(at location: FileLocation?) -> ConfigurationProblem {
    ConfigurationProblem(.error, at: location, "\(self)", fix: fix)
  }
}
