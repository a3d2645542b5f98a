import Glibc

/// Expands the arguments to files.
///
/// A directory is replaced by the files in it: for a Maildir those in new/ and cur/, for any other directory all files,
/// sorted, including those in subdirectories. Names that begin with a dot, directories named `tmp`, and anything that
/// is not a regular file are skipped.
enum MessagePaths {
  enum Found: Hashable {
    case file(String)
    /// A path that cannot be read, and the reason.
    case unreadable(String, reason: String)
  }

  static func expand(_ arguments: [String]) -> [Found] {
    arguments.flatMap { argument in
      argument != InputFile.standardInput && kind(of: argument) == .directory ? directory(argument) : [.file(argument)]
    }
  }

  private enum Kind {
    case file, directory, other
  }

  private static func directory(_ argument: String) -> [Found] {
    var found: [Found] = []
    walk(argument, &found)
    return found.isEmpty ? [.unreadable(argument, reason: "no files in this directory")] : found
  }

  private static func walk(_ path: String, _ found: inout [Found]) {
    guard let names = entries(path) else {
      found.append(.unreadable(path, reason: String(cString: strerror(errno))))
      return
    }
    let isMaildir = ["cur", "new"].allSatisfy { names.contains($0) && kind(of: join(path, $0)) == .directory }
    for name in isMaildir ? ["new", "cur"] : names {
      let entry = join(path, name)
      // A link to a directory could form a loop.
      switch kind(of: entry, followingLinksToDirectories: false) {
      case .file: found.append(.file(entry))
      case .directory where name != "tmp": walk(entry, &found)
      case .directory, .other: break
      }
    }
  }

  /// Returns the names in a directory that do not begin with a dot, sorted by their bytes; `nil` on an error, which is
  /// in `errno`.
  private static func entries(_ path: String) -> [String]? {
    guard let directory = opendir(path) else { return nil }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  private static func kind(of path: String, followingLinksToDirectories: Bool = true) -> Kind {
    var status = stat()
    guard stat(path, &status) == 0 else { return .other }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return .file
    case S_IFDIR:
      var link = stat()
      let isLink = lstat(path, &link) == 0 && link.st_mode & S_IFMT == S_IFLNK
      return isLink && !followingLinksToDirectories ? .other : .directory
    default: return .other
    }
  }

  private static func join(_ directory: String, _ name: String) -> String {
    directory.hasSuffix("/") ? directory + name : directory + "/" + name
  }
}
