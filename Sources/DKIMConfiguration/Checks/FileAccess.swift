internal import Glibc
internal import SystemPackage
internal import SystemSupport

/// Decides by file modes whether an account has access to a file.
enum FileAccess {
  enum Right: UInt32 {
    case read = 4
    case write = 2
    case search = 1
  }

  /// Returns the first parent directory of a path, from the top, that an account cannot search; `nil` if there is none.
  static func firstUnsearchableParent(of path: String, for account: AccountDirectory.Account) -> String? {
    for folder in parents(of: path) {
      guard case .success(let status) = SizeLimitedFile.status(folder) else { return folder }
      if !allows(.search, status, account) { return folder }
    }
    return nil
  }

  /// Returns whether an account can read a file, including the search of its parent directories.
  static func canRead(_ path: String, _ account: AccountDirectory.Account) -> Bool {
    guard case .success(let status) = SizeLimitedFile.status(path) else { return false }
    return allows(.read, status, account) && firstUnsearchableParent(of: path, for: account) == nil
  }

  /// Returns whether the mode of a file gives an account a right. Root has every right.
  static func allows(_ right: Right, _ status: stat, _ account: AccountDirectory.Account) -> Bool {
    allows(right, mode: status.st_mode, owner: status.st_uid, group: status.st_gid, account)
  }

  static func allows(
    _ right: Right, mode: UInt32, owner: UInt32, group: UInt32, _ account: AccountDirectory.Account
  ) -> Bool {
    if account.uid == 0 { return true }
    // Only the first class that the account belongs to counts: owner, group or others.
    let shift: UInt32 = owner == account.uid ? 6 : account.groups.contains(group) ? 3 : 0
    return mode >> shift & right.rawValue != 0
  }

  /// Returns the parent directories of a path: `/`, `/a`, `/a/b` for `/a/b/c`.
  private static func parents(of path: String) -> [String] {
    var parents = path.hasPrefix("/") ? ["/"] : ["."]
    var folder = path.hasPrefix("/") ? "" : "."
    for name in path.split(separator: "/").dropLast() {
      folder += "/" + name
      parents.append(folder)
    }
    return parents
  }

  /// Returns the directory of a path; `.` if the path is only a name.
  static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}
