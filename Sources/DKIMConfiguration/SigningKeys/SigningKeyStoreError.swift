public import DKIMCore
internal import SystemPackage

/// Why a private key cannot be used.
public enum SigningKeyStoreError: Error, Sendable, Hashable {
  case unreadable(path: String, why: String)
  /// A command that was not started by root may not read the file; the filter may well be able to.
  case needsRoot(path: String)
  /// Others can read or change it, and `RequireSafeKeys` is set. `why` begins with the file or folder that is meant.
  case unsafe(path: String, why: String, fix: String)
  case notAKey(path: String?, SigningKeyError)
  /// Smaller than `MinimumKeyBits`.
  case tooSmall(path: String?, bits: Int, minimum: Int)
}

extension SigningKeyStoreError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unreadable(let path, let why): "can't load key from \(path): \(why)"
    case .needsRoot(let path): "can't load key from \(path): \(Errno.permissionDenied)"
    case .unsafe(let path, let why, _): "\(path): key data is not secure: \(why)"
    case .notAKey(let path, let error): "can't load key from \(path ?? "the KeyTable"): \(error)"
    case .tooSmall(let path, let bits, let minimum):
      "\(path ?? "the key in the KeyTable"): private key too small (\(bits) bits, need at least \(minimum))"
    }
  }

  /// What to do about it.
  public var fix: String? {
    switch self {
    case .unreadable(let path, let why):
      switch why {
      case "\(Errno.noSuchFileOrDirectory)": "make the file with \"dkimtool genkey\", or correct the path"
      case "\(Errno.permissionDenied)": "let the filter's user read \(path)"
      default: "correct the path"
      }
    case .needsRoot: "run this command with sudo"
    case .unsafe(_, _, let fix): fix
    case .notAKey: nil
    case .tooSmall: "make a larger key with \"dkimtool genkey\", or lower MinimumKeyBits"
    }
  }

  /// The same for `-n` and the log.
  public func problem(at place: SourcePlace?) -> ConfigurationProblem {
    ConfigurationProblem(.error, at: place, "\(self)", fix: fix)
  }
}
