import DKIMCore
import Glibc
import Testing
import TestSupport

@testable import DKIMConfiguration

@Suite("RequireSafeKeys")
struct KeySafetyTests {
  private static let user = KeyUser(uid: 4_000_001, name: "dkim")

  private static func status(_ mode: mode_t, uid: uid_t, gid: gid_t) -> stat {
    var status = stat()
    status.st_mode = mode
    status.st_uid = uid
    status.st_gid = gid
    return status
  }

  private static func file(_ mode: mode_t, _ uid: uid_t, _ gid: gid_t = 4_000_002) -> KeySafety.Problem? {
    KeySafety.problem(file: "/k/key", status(S_IFREG | mode, uid: uid, gid: gid), user)
  }

  private static func folder(_ mode: mode_t, _ uid: uid_t, _ gid: gid_t = 4_000_002) -> KeySafety.Problem? {
    KeySafety.problem(folder: "/k", status(S_IFDIR | mode, uid: uid, gid: gid), user)
  }

  // The same files are accepted as in opendkim, and the messages are the same.
  @Test
  func `key files`() {
    for uid in [0, Self.user.uid] {
      for mode: mode_t in [0o600, 0o400, 0o640, 0o660] { #expect(Self.file(mode, uid) == nil) }
    }
    let readable = Self.file(0o644, Self.user.uid)
    #expect(readable?.why == "/k/key can be read or written by other users")
    #expect(readable?.fix == "chmod o-rw /k/key")
    #expect(Self.file(0o604, 0)?.fix == "chown dkim /k/key && chmod 600 /k/key")
    let foreign = Self.file(0o600, 65534)
    #expect(foreign?.why == "/k/key is not owned by the executing uid (4000001) or the superuser")
    #expect(foreign?.fix == "chown dkim /k/key && chmod 600 /k/key")
  }

  @Test
  func `directories above key files`() {
    for uid in [0, Self.user.uid] {
      for mode: mode_t in [0o700, 0o755, 0o775] { #expect(Self.folder(mode, uid) == nil) }
    }
    #expect(Self.folder(0o777, 0)?.why == "/k can be read or written by other users")
    #expect(Self.folder(0o777, 0)?.fix == "chmod o-w /k")
    #expect(Self.folder(0o1777, 0)?.fix.contains("/etc/dkimkeys") == true)
    #expect(
      Self.folder(0o755, 65534)?.why
        == "/k is writeable and owned by uid 65534 which is not the executing uid (4000001) or the superuser")
    #expect(Self.folder(0o555, 65534) == nil)
  }

  @Test
  func `the fix does not move the key to the directory it is already in`() {
    func fix(_ mode: mode_t, for user: KeyUser) -> String? {
      KeySafety.problem(folder: "/etc/dkimkeys", Self.status(S_IFDIR | mode, uid: 65534, gid: 4_000_002), user)?.fix
    }
    let owner = KeyUser(65534).name
    #expect(fix(0o700, for: KeyUser(uid: 0, name: "root")) == "add \"UserID \(owner)\", the owner of /etc/dkimkeys")
    #expect(fix(0o700, for: Self.user) == "chown dkim: /etc/dkimkeys")
    #expect(fix(0o1777, for: Self.user) == "chmod o-w /etc/dkimkeys")
    #expect(Self.folder(0o755, 65534)?.fix == "move the key to a directory of its own, such as /etc/dkimkeys")
  }

  /// A group that is the primary group of another user: on every Debian system the user "mail" has the group "mail".
  @Test(.enabled(if: KeyGroup.find(8, besides: user).other?.name == "mail"))
  func `a group with other members`() {
    let file = Self.file(0o640, Self.user.uid, 8)
    #expect(file?.why == "/k/key is in group 8 which has multiple users (e.g. \"mail\")")
    #expect(file?.fix == "chmod g-rw /k/key")
    #expect(Self.file(0o640, 0, 8)?.fix == "chown dkim /k/key && chmod 600 /k/key")
    #expect(Self.file(0o600, 0, 8) == nil)
    #expect(Self.folder(0o775, 0, 8)?.why == "/k is in group 8 which has multiple users (e.g. \"mail\")")
    #expect(Self.folder(0o755, 0, 8) == nil)
    #expect(
      KeySafety.problem(file: "/k", Self.status(S_IFREG | 0o640, uid: 0, gid: 8), KeyUser(named: "mail") ?? .current)
        == nil)
  }

  @Test
  func `an unsafe key is rejected with a fix, or used with one warning per version of the file`() throws {
    let folder = try TableFolder()
    let path = try folder.write("key", TestKeys.bytes("rsa2048"))
    let error = #expect(throws: SigningKeyStoreError.self) {
      try SigningKeyStore.eager(requireSafeKeys: true).publicKey(path)
    }
    #expect(error?.description == "\(path): key data is not secure: /tmp can be read or written by other users")
    #expect(error?.fix == "move the key to a directory of its own, such as /etc/dkimkeys")
    let reports = Reports()
    let store = SigningKeyStore.eager(reports: reports)
    for _ in 0..<3 { _ = try store.publicKey(path) }
    let events = reports.take()
    #expect(events.count == 1)
    guard case .unsafe(path, _, _) = events.first else {
      Issue.record("\(events)")
      return
    }
  }

  @Test(.enabled(if: SafeFolder.parent != nil))
  func `a key that others can read stays in use and is reported, until it is fixed`() throws {
    let folder = try SafeFolder.make()
    let path = try folder.write("key", TestKeys.bytes("rsa2048"))
    let reports = Reports()
    let store = SigningKeyStore.eager(requireSafeKeys: true, reports: reports)
    let first = try store.key(at: .file(path))
    #expect(reports.take().isEmpty)
    chmod(path, 0o644)
    for _ in 0..<2 { #expect(try store.key(at: .file(path)) === first) }
    let events = reports.take()
    #expect(events.count == 1)
    guard case .kept(path, .unsafe(_, let why, let fix)) = events.first else {
      Issue.record("\(events)")
      return
    }
    #expect(why == "\(path) can be read or written by other users")
    #expect(fix == "chmod o-rw \(path)")
    chmod(path, 0o600)
    #expect(try store.publicKey(path) == first.publicKey)
    #expect(reports.take() == [.replaced(path: path)])
    #expect(throws: SigningKeyStoreError.self) {
      chmod(path, 0o644)
      _ = try SigningKeyStore.eager(requireSafeKeys: true, following: store).publicKey(path)
    }
  }

  @Test(.enabled(if: SafeFolder.parent != nil))
  func `a link is followed to the key`() throws {
    let folder = try SafeFolder.make()
    let open = try TableFolder()
    try open.write("key", TestKeys.bytes("rsa2048"))
    symlink("\(open.path)/key", "\(folder.path)/link")
    let error = #expect(throws: SigningKeyStoreError.self) {
      try SigningKeyStore.eager(requireSafeKeys: true).publicKey("\(folder.path)/link")
    }
    #expect(error?.description.contains("/tmp can be read or written by other users") == true)
  }

  @Test(
    .enabled(if: SafeFolder.parent != nil),
    arguments: [false, true])
  func `a link that others can redirect to another key is not safe`(_ isFolder: Bool) throws {
    let safe = try SafeFolder.make()
    let open = try SafeFolder.make()
    let path = try safe.write("key", TestKeys.bytes("rsa2048"))
    let way = isFolder ? "\(open.path)/link/key" : "\(open.path)/link"
    symlink(isFolder ? safe.path : path, "\(open.path)/link")
    // Through a second link, and with ".." in the path.
    symlink("\(open.path)/../\(open.path.split(separator: "/").last ?? "")/link", "\(safe.path)/second")
    let second = isFolder ? "\(safe.path)/second/key" : "\(safe.path)/second"
    for way in [way, second] {
      chmod(open.path, 0o755)
      #expect(try SigningKeyStore.eager(requireSafeKeys: true).publicKey(way) == TestKeys.publicKey("rsa2048"))
      chmod(open.path, 0o777)
      let error = #expect(throws: SigningKeyStoreError.self) {
        try SigningKeyStore.eager(requireSafeKeys: true).publicKey(way)
      }
      #expect(error?.description.hasSuffix("\(open.path) can be read or written by other users") == true, "\(way)")
    }
  }

  @Test
  func `a path that leads nowhere, to a directory or in a loop is unsafe`() throws {
    let folder = try TableFolder()
    symlink("circle", "\(folder.path)/circle")
    for path in ["/nonexistent/key", "/", "/usr/..", "\(folder.path)/circle"] {
      #expect(KeySafety.problem(path, Self.status(S_IFREG | 0o600, uid: 0, gid: 0), for: Self.user) != nil, "\(path)")
    }
  }

  @Test(.enabled(if: geteuid() == 0))
  func `keys are checked for the user who will sign, not for the current user`() throws {
    let folder = try SafeFolder.make()
    let path = try folder.write("key", TestKeys.bytes("rsa2048"))
    let nobody = try #require(KeyUser(named: "nobody"))
    chown(path, nobody.uid, 0)
    let options = SigningKeyStore.Options(user: nobody)
    #expect(try SigningKeyStore(options).publicKey(path) == TestKeys.publicKey("rsa2048"))
    #expect(throws: SigningKeyStoreError.self) { try SigningKeyStore.eager(requireSafeKeys: true).publicKey(path) }
  }
}
