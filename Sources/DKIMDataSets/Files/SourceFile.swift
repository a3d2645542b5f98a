internal import DKIMConfiguration
internal import Glibc
internal import SystemSupport

/// The text file that a database was built from, if it is next to the database: `table` for `table.db`.
enum SourceFile {
  static func problems(of path: String) -> [ConfigurationProblem] {
    let ending = ".db"
    guard path.hasSuffix(ending), !path.hasSuffix("/" + ending) else { return [] }
    let source = String(path.dropLast(ending.count))
    guard case .success(let text) = SizeLimitedFile.status(source),
      case .success(let database) = SizeLimitedFile.status(path),
      text.st_mode & S_IFMT == S_IFREG, later(text.st_mtim, than: database.st_mtim)
    else { return [] }
    return [
      ConfigurationProblem(
        .warning, at: FileLocation(file: path), "the database is older than \(source)",
        fix: "rebuild the database if \(source) is its source")
    ]
  }

  private static func later(_ a: timespec, than b: timespec) -> Bool {
    (a.tv_sec, a.tv_nsec) > (b.tv_sec, b.tv_nsec)
  }
}
