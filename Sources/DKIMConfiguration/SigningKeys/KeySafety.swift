internal import Glibc
internal import SystemPackage
internal import SystemSupport

/// The check of `RequireSafeKeys`: only a given user and the superuser can read or replace a key file.
///
/// The file must belong to one of them. Other users must not be able to read or write it, and a group with access must
/// not have other members. No one else may be able to write to a parent directory of the file, or of a symbolic link
/// on the way to it.
enum KeySafety {
  /// Finds a member of a group other than a user.
  typealias Groups = @Sendable (gid_t, KeyUser) -> KeyGroup

  /// The most symbolic links that the system follows in a path. (MAXSYMLINKS)
  private static let mostLinks = 40

  /// A reason why a key file is not safe.
  struct Problem: Sendable, Hashable {
    /// The reason, with the path of the file or directory, in OpenDKIM's words.
    let why: String
    /// How to fix it, usually a command.
    let fix: String
  }

  /// Checks a key file and the directories above it.
  ///
  /// - Parameter file: the status of the open file.
  static func problem(
    _ path: String, _ file: stat, for user: KeyUser, groups: Groups = KeyGroup.find
  ) -> Problem? {
    var rest = names(path.hasPrefix("/") ? path : currentFolder() + "/" + path)
    // The directory reached so far; its path has no symbolic links.
    var folder = "/"
    var safeFolders: Set<String> = []
    var links = 0
    while let name = rest.popFirst() {
      if name == ".." {
        folder = parent(of: folder)
        continue
      }
      if safeFolders.insert(folder).inserted, let problem = problem(folder: folder, user, groups) { return problem }
      let next = folder == "/" ? "/" + name : folder + "/" + name
      var status = stat()
      guard unsafe lstat(next, &status) == 0 else {
        return Problem(why: "\(next): \(Errno(rawValue: errno))", fix: "correct the path")
      }
      if status.st_mode & S_IFMT == S_IFLNK {
        links += 1
        guard links <= mostLinks, let target = target(of: next) else {
          return Problem(why: "\(path): \(Errno(rawValue: ELOOP))", fix: "correct the path")
        }
        if target.hasPrefix("/") { folder = "/" }
        rest = names(target) + rest
      } else if rest.isEmpty {
        return problem(file: next, file, user, groups)
      } else {
        folder = next
      }
    }
    return Problem(why: "\(path): \(Errno(rawValue: EISDIR))", fix: "correct the path")
  }

  static func problem(file path: String, _ status: stat, _ user: KeyUser, _ groups: Groups = KeyGroup.find) -> Problem?
  {
    let quoted = ShellWord.quoted(path)
    let own = "chown \(user.name) \(quoted) && chmod 600 \(quoted)"
    if status.st_uid != 0, status.st_uid != user.uid {
      let superuser = user.uid != 0 ? " or the superuser" : ""
      return Problem(why: "\(path) is not owned by the executing uid (\(user.uid))\(superuser)", fix: own)
    }
    if status.st_mode & (S_IRGRP | S_IWGRP) != 0 {
      let group = groups(status.st_gid, user)
      if let other = group.other {
        // If the superuser owns the file, the user can read it only through the group, so the owner must change, too.
        let mode = status.st_uid == user.uid ? "chmod g-rw \(quoted)" : own
        return Problem(
          why: crowd(path, status.st_gid, other.name),
          fix: mode + (other.isPrimary ? "" : ", or gpasswd -d \(other.name) \(group.name)"))
      }
    }
    guard status.st_mode & (S_IROTH | S_IWOTH) != 0 else { return nil }
    return Problem(
      why: "\(path) can be read or written by other users",
      fix: status.st_uid == user.uid ? "chmod o-rw \(quoted)" : own)
  }

  private static func problem(folder path: String, _ user: KeyUser, _ groups: Groups) -> Problem? {
    switch SizeLimitedFile.status(path) {
    case .success(let status): problem(folder: path, status, user, groups)
    case .failure(let error):
      Problem(why: "\(path): \(error)", fix: "give the filter's user permission to search \(path)")
    }
  }

  static func problem(
    folder path: String, _ status: stat, _ user: KeyUser, _ groups: Groups = KeyGroup.find
  ) -> Problem? {
    let quoted = ShellWord.quoted(path)
    let isForKeys = path.split(separator: "/").last?.lowercased().contains("dkim") ?? false
    let move = "move the key to a directory of its own, such as /etc/dkimkeys"
    if status.st_mode & S_IWOTH != 0 {
      // A directory that is shared on purpose, such as /tmp.
      let isShared = status.st_mode & S_ISVTX != 0
      return Problem(
        why: "\(path) can be read or written by other users",
        fix: isShared && !isForKeys ? move : "chmod o-w \(quoted)")
    }
    if status.st_mode & S_IWGRP != 0 {
      let group = groups(status.st_gid, user)
      if let other = group.other {
        return Problem(
          why: crowd(path, status.st_gid, other.name),
          fix: "chmod g-w \(quoted)" + (other.isPrimary ? "" : ", or gpasswd -d \(other.name) \(group.name)"))
      }
    }
    guard status.st_mode & S_IWUSR != 0, status.st_uid != 0, status.st_uid != user.uid else { return nil }
    let superuser = user.uid != 0 ? " or the superuser" : ""
    let owner = KeyUser(status.st_uid).name
    let fix = user.uid == 0 ? "add \"UserID \(owner)\", the owner of \(path)" : "chown \(user.name): \(quoted)"
    return Problem(
      why: "\(path) is writeable and owned by uid \(status.st_uid) which is not the executing uid (\(user.uid))"
        + superuser, fix: isForKeys ? fix : move)
  }

  private static func crowd(_ path: String, _ gid: gid_t, _ name: String) -> String {
    "\(path) is in group \(gid) which has multiple users (e.g. \"\(name)\")"
  }

  private static func names(_ path: String) -> ArraySlice<Substring> {
    path.split(separator: "/").filter { $0 != "." }[...]
  }

  private static func parent(of folder: String) -> String {
    let parent = folder.lastIndex(of: "/").map { folder[..<$0] } ?? ""
    return parent.isEmpty ? "/" : String(parent)
  }

  private static func target(of link: String) -> String? {
    var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = unsafe readlink(link, &bytes, bytes.count)
    guard count > 0 else { return nil }
    return String(decoding: bytes[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private static func currentFolder() -> String {
    guard let folder = unsafe getcwd(nil, 0) else { return "" }
    defer { unsafe free(folder) }
    return unsafe String(cString: folder)
  }
}
