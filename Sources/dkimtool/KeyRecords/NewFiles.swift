import Glibc
import SystemPackage

/// Writes files that belong together: all of them or none.
enum NewFiles {
  struct File {
    let path: String
    let contents: [UInt8]
    /// For the owner's eyes only, unless something else is asked for.
    var mode: mode_t = 0o600
    /// Who it has to belong to; `nil`: whoever makes it.
    var owner: Owner?
  }

  struct Owner {
    let user: uid_t
    let group: gid_t
  }

  /// Refuses paths where something is, before work is spent on what should get there.
  /// - Parameter mayReplace: then only what cannot be replaced is in the way.
  /// - Throws: `CommandFailure` that names the path.
  static func refuseExisting(_ paths: [String], unless mayReplace: Bool) throws {
    for path in paths {
      if mayReplace ? isOccupied(path) : exists(path) { throw mayReplace ? obstacle(path) : refusal(path) }
    }
  }

  /// Makes files that must not be there yet; what was made is removed again where a later one fails.
  /// - Throws: `CommandFailure` that names the file.
  static func create(_ files: [File]) throws {
    var made: [String] = []
    do {
      for file in files { try write(file, to: file.path) { made.append(file.path) } }
    } catch {
      for path in made { unlink(path) }
      throw error
    }
    syncDirectory(of: files)
  }

  /// Writes beside what is there and renames over it: at no time is there half a file.
  /// - Throws: `CommandFailure` that names the file; the old files are as they were then.
  static func replace(_ files: [File]) throws {
    for file in files where isOccupied(file.path) { throw obstacle(file.path) }
    var beside: [String] = []
    defer { for path in beside { unlink(path) } }
    for file in files {
      let path = file.path + "." + String(UInt64.random(in: 1 << 60 ... .max), radix: 36)
      try write(file, to: path) { beside.append(path) }
    }
    try Replacement.perform(zip(beside, files).map { ($0, $1.path) })
    syncDirectory(of: files)
  }

  private static func refusal(_ path: String) -> CommandFailure {
    CommandFailure(.cannotCreate, "\(path): exists already and was left as it is; --force replaces it")
  }

  private static func obstacle(_ path: String) -> CommandFailure {
    CommandFailure(.cannotCreate, "\(path): is there and is no file; move it away")
  }

  private static func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }

  /// True for what a file cannot be renamed over. A symbolic link can: it is replaced, not followed.
  private static func isOccupied(_ path: String) -> Bool {
    var status = stat()
    guard lstat(path, &status) == 0 else { return false }
    return status.st_mode & S_IFMT != S_IFREG && status.st_mode & S_IFMT != S_IFLNK
  }

  /// - Parameter created: called when the file is there, before anything is written to it.
  private static func write(_ file: File, to path: String, created: () -> Void) throws {
    do {
      let descriptor = try FileDescriptor.open(
        FilePath(path), .writeOnly, options: [.create, .exclusiveCreate, .noFollow, .closeOnExec],
        permissions: [.ownerRead, .ownerWrite])
      created()
      try descriptor.closeAfter {
        // Before the mode: a file that is given away loses some of its bits.
        if let owner = file.owner { try give(descriptor, to: owner, file.path) }
        // The umask may have taken even the owner's rights.
        guard fchmod(descriptor.rawValue, file.mode) == 0 else { throw Errno(rawValue: errno) }
        _ = try descriptor.writeAll(file.contents)
        guard fsync(descriptor.rawValue) == 0 else { throw Errno(rawValue: errno) }
      }
    } catch Errno.fileExists {
      throw refusal(path)
    } catch let failure as CommandFailure {
      throw failure
    } catch {
      throw CommandFailure(.cannotCreate, "\(file.path): \(error)")
    }
  }

  /// Only the superuser can give files away, and others only to groups that they are in.
  private static func give(_ file: FileDescriptor, to owner: Owner, _ path: String) throws {
    var status = stat()
    guard fstat(file.rawValue, &status) == 0 else { throw Errno(rawValue: errno) }
    if status.st_uid == owner.user, status.st_gid == owner.group { return }
    guard fchown(file.rawValue, owner.user, owner.group) == 0 else {
      throw CommandFailure(
        .cannotCreate,
        "\(path): left as it was: a new one cannot be given to its owner (uid \(owner.user), gid \(owner.group): "
          + "\(Errno(rawValue: errno))); run this as that user or as root")
    }
  }

  /// New names survive a crash only when the directory is written too; file systems that cannot do that are let pass.
  private static func syncDirectory(of files: [File]) {
    guard let file = files.first else { return }
    let directory = FilePath(file.path).removingLastComponent()
    let path = directory.isEmpty ? FilePath(".") : directory
    guard let descriptor = try? FileDescriptor.open(path, .readOnly, options: [.directory, .closeOnExec]) else {
      return
    }
    fsync(descriptor.rawValue)
    try? descriptor.close()
  }
}

/// Renames several files, and takes it back where one cannot be renamed.
enum Replacement {
  private enum Before {
    case nothing
    /// The old file has this second name until all are in place.
    case kept(String)
    /// A file system without hard links.
    case lost
  }

  static func perform(_ pairs: [(new: String, path: String)]) throws {
    var done: [(path: String, before: Before)] = []
    defer { for case (_, .kept(let backup)) in done { unlink(backup) } }
    for (new, path) in pairs {
      done.append((path, keep(path, as: new + ".old")))
      if rename(new, path) != 0 {
        let reason = Errno(rawValue: errno)
        for (path, before) in done.dropLast() { takeBack(path, before) }
        throw CommandFailure(.cannotCreate, "\(path): \(reason)")
      }
    }
  }

  private static func keep(_ path: String, as backup: String) -> Before {
    if link(path, backup) == 0 { return .kept(backup) }
    return errno == ENOENT ? .nothing : .lost
  }

  private static func takeBack(_ path: String, _ before: Before) {
    switch before {
    case .nothing: unlink(path)
    case .kept(let backup): rename(backup, path)
    case .lost: break
    }
  }
}
