import Glibc
import SystemPackage

/// Writes a set of files: all of them or none.
enum NewFiles {
  struct File {
    let path: String
    let contents: [UInt8]
    /// The mode; by default, only the owner can read and write the file.
    var mode: mode_t = 0o600
    /// The owner and group of the file; `nil`: those of this process.
    var owner: Owner?
  }

  struct Owner {
    let user: uid_t
    let group: gid_t
  }

  /// Refuses paths that exist, before any work is done to create the files.
  ///
  /// - Parameter mayReplace: whether regular files and symbolic links are allowed, because they can be replaced.
  /// - Throws: `CommandFailure` that names the path.
  static func checkPaths(_ paths: [String], mayReplace: Bool) throws {
    for path in paths {
      if mayReplace ? isOccupied(path) : exists(path) { throw mayReplace ? obstacle(path) : refusal(path) }
    }
  }

  /// Creates files that must not exist yet. If one cannot be written, those before it are removed again.
  ///
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

  /// Writes temporary files in the same directory and renames them, so that no partial file is ever visible.
  ///
  /// - Throws: `CommandFailure` that names the file; the old files are then unchanged.
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
    CommandFailure(.cannotCreate, "\(path): already exists and was not changed; use --force to replace it")
  }

  private static func obstacle(_ path: String) -> CommandFailure {
    CommandFailure(.cannotCreate, "\(path): exists and is not a regular file; move it out of the way")
  }

  private static func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }

  /// Whether there is something at the path that cannot be replaced by a file. A symbolic link can be replaced; it is
  /// not followed.
  private static func isOccupied(_ path: String) -> Bool {
    var status = stat()
    guard lstat(path, &status) == 0 else { return false }
    return status.st_mode & S_IFMT != S_IFREG && status.st_mode & S_IFMT != S_IFLNK
  }

  /// - Parameter created: called when the file exists, before anything is written to it.
  private static func write(_ file: File, to path: String, created: () -> Void) throws {
    do {
      let descriptor = try FileDescriptor.open(
        FilePath(path), .writeOnly, options: [.create, .exclusiveCreate, .noFollow, .closeOnExec],
        permissions: [.ownerRead, .ownerWrite])
      created()
      try descriptor.closeAfter {
        // Set the owner before the mode, because changing the owner clears some bits of the mode.
        if let owner = file.owner { try give(descriptor, to: owner, file.path) }
        // The umask may have removed even the owner's permissions.
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

  /// Changes the owner and group of a file. Only root can change the owner; other users can change the group, but only
  /// to one that they are a member of.
  private static func give(_ file: FileDescriptor, to owner: Owner, _ path: String) throws {
    var status = stat()
    guard fstat(file.rawValue, &status) == 0 else { throw Errno(rawValue: errno) }
    if status.st_uid == owner.user, status.st_gid == owner.group { return }
    guard fchown(file.rawValue, owner.user, owner.group) == 0 else {
      throw CommandFailure(
        .cannotCreate,
        "\(path): not changed: the new file cannot be given to its owner (uid \(owner.user), gid "
          + "\(owner.group): \(Errno(rawValue: errno))); run this command as that user or as root")
    }
  }

  /// Syncs the directory, because new names survive a crash only if the directory is written as well. Errors of file
  /// systems that cannot do this are ignored.
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

/// Renames several files, and undoes that if one of them cannot be renamed.
enum Replacement {
  private enum Before {
    case nothing
    /// The old file keeps this second name until all files are in place.
    case kept(String)
    /// The old file could not be kept, because the file system has no hard links.
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
