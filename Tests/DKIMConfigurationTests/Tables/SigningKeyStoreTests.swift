import DKIMCore
import Glibc
import TestSupport
import Testing

@testable import DKIMConfiguration

@Suite("Private keys in use")
struct SigningKeyStoreTests {
  @Test
  func `a key is read once, and again when its file changes`() throws {
    let folder = try TableFolder()
    let path = try folder.write("key", TestKeys.bytes("rsa2048"))
    let reports = Reports()
    let store = SigningKeyStore.eager(reports: reports)
    let first = try store.key(at: .file(path))
    #expect(try store.key(at: .file(path)) === first)
    // The directory that everyone can write to is reported once per version of the file.
    #expect(reports.take().count == 1)
    try folder.write("key", TestKeys.bytes("ed25519"))
    #expect(try store.key(at: .file(path)).type == .ed25519)
    let events = reports.take()
    #expect(events.first == .replaced(path: path))
    #expect(events.count == 2)
  }

  @Test
  func `a file is not checked again within a second`() throws {
    let folder = try TableFolder()
    let path = try folder.write("key", TestKeys.bytes("rsa2048"))
    var options = SigningKeyStore.Options()
    options.requireSafeKeys = false
    options.checkInterval = 60_000
    let store = SigningKeyStore(options)
    let first = try store.key(at: .file(path))
    try folder.write("key", TestKeys.bytes("ed25519"))
    #expect(try store.key(at: .file(path)) === first)
  }

  @Test(arguments: ["gone", "garbage", "empty", "small", "folder", "fifo"])
  func `if a file becomes unusable, the key stays in use, and each change is reported once`(how: String) throws {
    let folder = try TableFolder()
    let path = try folder.write("key", TestKeys.bytes("rsa2048"))
    let reports = Reports()
    let store = SigningKeyStore.eager(minimumKeyBits: 1536, reports: reports)
    let first = try store.key(at: .file(path))
    _ = reports.take()
    unlink(path)
    switch how {
    case "garbage": try folder.write("key", "garbage\0\n")
    case "empty": try folder.write("key", "")
    case "small": try folder.write("key", TestKeys.bytes("rsa1024"))
    case "folder": mkdir(path, 0o700)
    case "fifo": mkfifo(path, 0o600)
    default: break
    }
    for _ in 0..<3 { #expect(try store.key(at: .file(path)) === first) }
    let events = reports.take()
    #expect(events.count == 1)
    guard case .kept(path, let error) = events.first else {
      Issue.record("\(events)")
      return
    }
    #expect(!error.description.isEmpty)
    unlink(path)
    rmdir(path)
    try folder.write("key", TestKeys.bytes("rsa2048-other"))
    #expect(try store.publicKey(path) == TestKeys.publicKey("rsa2048-other"))
    #expect(reports.take().first == .replaced(path: path))
  }

  @Test
  func `a file without a key is an error with the reason, and is used as soon as it is fixed`() throws {
    let folder = try TableFolder()
    let store = SigningKeyStore.eager(minimumKeyBits: 2048)
    let path = folder.path + "/key"
    #expect(throws: SigningKeyStoreError.unreadable(path: path, why: "No such file or directory")) {
      try store.publicKey(path)
    }
    try folder.write("key", "no key!")
    #expect(throws: SigningKeyStoreError.notAKey(path: path, .notAKey)) { try store.publicKey(path) }
    try folder.write("key", TestKeys.bytes("rsa1024"))
    #expect(throws: SigningKeyStoreError.tooSmall(path: path, bits: 1024, minimum: 2048)) { try store.publicKey(path) }
    try folder.write("key", [UInt8](repeating: 0x41, count: 1 << 20 + 1))
    #expect(throws: SigningKeyStoreError.self) { try store.publicKey(path) }
    // The fix matches the cause.
    func fix(_ why: String) -> String? { SigningKeyStoreError.unreadable(path: "/k", why: why).fix }
    #expect(fix("No such file or directory") == "create the key with \"dkimtool genkey\", or correct the path")
    #expect(fix("Permission denied") == "give the filter's user permission to read /k")
    #expect(fix("is a device, not a regular file") == "correct the path")
    #expect(throws: SigningKeyStoreError.unreadable(path: "/dev/zero", why: "is a device, not a regular file")) {
      try store.publicKey("/dev/zero")
    }
    try folder.write("key", TestKeys.bytes("ed25519"))
    #expect(try store.publicKey(path) == TestKeys.publicKey("ed25519"))
  }

  @Test
  func `a FIFO in place of a key file does not block`() throws {
    let folder = try TableFolder()
    let path = folder.path + "/key"
    mkfifo(path, 0o600)
    #expect(throws: SigningKeyStoreError.unreadable(path: path, why: "is a FIFO, not a regular file")) {
      try SigningKeyStore.eager().publicKey(path)
    }
  }

  @Test
  func `keys in the table itself: PEM on one line, DER of RSA and of Ed25519, and an Ed25519 seed`() async throws {
    let store = SigningKeyStore.eager(minimumKeyBits: 2048)
    for name in ["rsa2048", "ed25519"] {
      let lines = String(decoding: try TestKeys.bytes(name), as: UTF8.self).split(separator: "\n")
      let der = lines.filter { !$0.hasPrefix("-----") }.joined()
      for text in [lines.joined(separator: " "), lines.joined(), der] {
        let table = KeyTable(try await Sets.file("k example.com:s:\(text)"))
        let entry = try #require(try await table.entry(named: "k", senderDomain: DomainName("x")))
        #expect(try store.key(at: entry.key).publicKey == TestKeys.publicKey(name))
        #expect(try store.key(at: entry.key) === store.key(at: entry.key))
        #expect(await table.problems().isEmpty)
      }
    }
    let seed = KeyLocation.inline(Array("nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=".utf8))
    #expect(try store.key(at: seed).type == .ed25519)
    let small = KeyLocation.inline(try TestKeys.bytes("rsa1024"))
    #expect(throws: SigningKeyStoreError.tooSmall(path: nil, bits: 1024, minimum: 2048)) { try store.key(at: small) }
  }

  @Test
  func `no more keys than allowed are kept; preloaded ones stay`() throws {
    let folder = try TableFolder()
    let bytes = try TestKeys.bytes("ed25519")
    let paths = try (0..<30).map { try folder.write("key\($0)", bytes) }
    let store = SigningKeyStore.eager(maximumKeys: 8)
    let none = KeyLocation.file("/none")
    let preloaded = store.preload(paths[..<4].map { .file($0) } + [none])
    #expect(preloaded.loaded == 4)
    #expect(preloaded.failures.map(\.location) == [none])
    let pinned = try store.key(at: .file(paths[0]))
    for path in paths { _ = try store.publicKey(path) }
    #expect(store.count <= 9)
    #expect(try store.key(at: .file(paths[0])) === pinned)
    let limited = SigningKeyStore.eager(maximumKeys: 8).preload(paths.map { .file($0) }, limit: 3)
    #expect(limited.loaded == 3)
    #expect(limited.skipped == 27)
  }

  @Test
  func `a new configuration keeps keys whose files have not changed, and reads the others`() throws {
    let folder = try TableFolder()
    let same = try folder.write("same", TestKeys.bytes("rsa2048"))
    let other = try folder.write("other", TestKeys.bytes("rsa2048"))
    let old = SigningKeyStore.eager()
    let (first, second) = (try old.key(at: .file(same)), try old.key(at: .file(other)))
    try folder.write("other", TestKeys.bytes("ed25519"))
    let reports = Reports()
    let new = SigningKeyStore.eager(following: old, reports: reports)
    #expect(try new.key(at: .file(same)) === first)
    #expect(try new.key(at: .file(other)) !== second)
    #expect(throws: SigningKeyStoreError.tooSmall(path: same, bits: 2048, minimum: 4096)) {
      try SigningKeyStore.eager(minimumKeyBits: 4096, following: old).publicKey(same)
    }
    unlink(same)
    #expect(throws: SigningKeyStoreError.self) { try SigningKeyStore.eager(following: old).publicKey(same) }
  }

  @Test
  func `many threads may get a key while its file changes`() async throws {
    let folder = try TableFolder()
    let path = try folder.write("key", TestKeys.bytes("rsa2048"))
    let store = SigningKeyStore.eager()
    _ = try store.publicKey(path)
    let names = ["ed25519", "rsa2048", "garbage", "rsa2048-other"]
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask { for _ in 0..<300 { _ = try store.publicKey(path) } }
      }
      for round in 0..<40 {
        let name = names[round % 4]
        try folder.write("key", name == "garbage" ? Array("x".utf8) : TestKeys.bytes(name))
      }
      try await group.waitForAll()
    }
    #expect(try store.publicKey(path) == TestKeys.publicKey("rsa2048-other"))
  }

  @Test(.enabled(if: geteuid() == 0))
  func `keys in files that only the superuser can read stay in use after privileges are dropped`() throws {
    let folder = try SafeFolder.make()
    let path = try folder.write("key", TestKeys.bytes("rsa2048"))
    let old = SigningKeyStore.eager()
    #expect(old.preload([.file(path)]).loaded == 1)
    // Changes only the credentials of this thread; the rest of the process stays the superuser.
    let reports = Reports()
    let new = SigningKeyStore.eager(following: old, reports: reports)
    let key = try withoutPrivileges { try new.publicKey(path) }
    let expected = try TestKeys.publicKey("rsa2048")
    #expect(key == expected)
    #expect(reports.take().isEmpty)
  }

  @Test(.enabled(if: geteuid() == 0))
  func `they stay in use after reloads between which they were not used`() throws {
    let folder = try SafeFolder.make()
    let path = try folder.write("key", TestKeys.bytes("rsa2048"))
    var store = SigningKeyStore.eager()
    #expect(store.preload([.file(path)]).loaded == 1)
    let key = try withoutPrivileges {
      for _ in 0..<3 { store = SigningKeyStore.eager(following: store) }
      return try store.publicKey(path)
    }
    let expected = try TestKeys.publicKey("rsa2048")
    #expect(key == expected)
  }

  /// Runs with the file system access of the user nobody, on this thread only. Glibc's module lacks setfsuid(2).
  private func withoutPrivileges<Value>(_ body: () throws -> Value) throws -> Value {
    let symbol = try #require(dlsym(nil, "setfsuid"))
    let setfsuid = unsafeBitCast(symbol, to: (@convention(c) (uid_t) -> CInt).self)
    _ = setfsuid(65534)
    defer { _ = setfsuid(0) }
    return try body()
  }
}
