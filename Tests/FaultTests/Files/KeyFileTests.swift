import Glibc
import MilterPeer
import MilterTestSupport
import TestSupport
import Testing

extension Faults {
  @Suite("Key files that go bad")
  struct KeyFileTests {
    /// A fault of the file of a key in use.
    enum Fault: String, CaseIterable, CustomTestStringConvertible {
      case deleted, empty, garbage, halved, publicKey, fifo, folder, danglingLink, endlessDevice, huge, unreadable

      var testDescription: String { rawValue }

      func happen(to path: String) throws {
        let key = Mail.pem(Mail.ourKey)
        unlink(path)
        switch self {
        case .deleted: break
        case .empty: try TestFiles.write([], to: path)
        case .garbage: try TestFiles.write((0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 77) }, to: path)
        case .halved: try TestFiles.write(Array(key.prefix(key.count / 2)), to: path)
        case .publicKey: try TestFiles.write(Array(Mail.record(Mail.ourKey).utf8), to: path)
        case .fifo: mkfifo(path, 0o600)
        case .folder: mkdir(path, 0o700)
        case .danglingLink: symlink("/nowhere/at/all", path)
        case .endlessDevice: symlink("/dev/zero", path)
        case .huge: try TestFiles.write(key + [UInt8](repeating: 0x0A, count: 3 << 20), to: path)
        case .unreadable:
          try TestFiles.write(key, to: path)
          chmod(path, 0)
        }
      }
    }

    /// Sends mail for more than a second, the interval between two checks of the file.
    private static func mail(_ milter: Milter) async throws -> Traffic {
      try await Traffic.beside(milter) { try await Task.sleep(for: .milliseconds(1300)) }.traffic
    }

    @Test
    func `a key in use remains in use, also after a reload, whatever happens to its file`() async throws {
      _ = try await concurrently(Fault.allCases, atOnce: 6) { try await Self.inUse($0) }
    }

    private static func inUse(_ fault: Fault) async throws {
      try await Milter.run { milter in
        #expect(try await MailSession.deliver(Mail.outgoing(), to: milter).isSigned)
        try fault.happen(to: milter.keyFile)
        try await Self.mail(milter).expectNormal("\(fault)")
        milter.process.signal(SIGUSR1)
        try await milter.waitForLog("configuration")
        try await Self.mail(milter).expectNormal("\(fault), reloaded")
        // The original file is restored.
        if rmdir(milter.keyFile) != 0 { unlink(milter.keyFile) }
        try TestFiles.write(Mail.pem(Mail.ourKey), to: milter.keyFile)
        try await Self.mail(milter).expectNormal()
      }
    }

    @Test(arguments: Fault.allCases)
    func `a key that is missing at start is an immediate error`(_ fault: Fault) async throws {
      // The superuser can read every file.
      if fault == .unreadable, MilterRun.isSuperuser { return }
      let (status, log) = try await Milter.fail(MilterSetup()) { try fault.happen(to: $0 + "/ours.private") }
      #expect(status == 78, "\(log)")
      #expect(log.contains("ours.private"), "\(log)")
    }

    @Test
    func `an unavailable key of a table defers mail, which never leaves unsigned`() async throws {
      _ = try await concurrently(Fault.allCases, atOnce: 6) { try await Self.inTable($0) }
    }

    private static func inTable(_ fault: Fault) async throws {
      if fault == .unreadable, MilterRun.isSuperuser { return }
      try await Self.withTables { milter, key in
        #expect(try await MailSession.deliver(Mail.outgoing(), to: milter).isSigned)
        try fault.happen(to: key)
        let outcome = try await MailSession.deliver(Mail.message(from: "dave@later.example", 1), to: milter)
        #expect(outcome.isDeferred, "\(fault): \(outcome.verdict)")
        if rmdir(key) != 0 { unlink(key) }
        try TestFiles.write(Mail.pem(Mail.otherKey), to: key)
        try await eventually("the key is used once it exists", within: .seconds(5)) {
          let outcome = try await MailSession.deliver(Mail.message(from: "dave@later.example", 1), to: milter)
          #expect(outcome.isDeferred || !outcome.inserted("DKIM-Signature").isEmpty)
          return !outcome.isDeferred
        }
      }
    }

    /// ``Mail/ours`` has a key; the key of later.example is missing when the milter starts.
    private static func withTables(_ body: (Milter, _ key: String) async throws -> Void) async throws {
      let tables = try TestFiles.makeFolder("/tmp/dkim-faults-tables-")
      defer { TestFiles.removeFolder(tables) }
      let keys = "ours \(Mail.ours):sel:\(tables)/ours\nlater later.example:sel:\(tables)/later\n"
      try TestFiles.write(Array(keys.utf8), to: tables + "/KeyTable")
      try TestFiles.write(Array("*@\(Mail.ours) ours\n*@later.example later\n".utf8), to: tables + "/SigningTable")
      try TestFiles.write(Mail.pem(Mail.ourKey), to: tables + "/ours")
      try TestFiles.write(Mail.pem(Mail.otherKey), to: tables + "/later")
      let setup = MilterSetup("KeyTable \(tables)/KeyTable", "SigningTable refile:\(tables)/SigningTable")
      try await Milter.run(setup, prepare: { _ in unlink(tables + "/later") }) { try await body($0, tables + "/later") }
    }

    @Test
    func `a replaced key is used within seconds, and every message is signed with the old or the new key`() async throws
    {
      try await Milter.run { milter in
        #expect(await Mail.isSignedWell(try await MailSession.deliver(Mail.outgoing(), to: milter), Mail.outgoing()))
        try TestFiles.write(Mail.pem(Mail.otherKey), to: milter.keyFile + ".new")
        rename(milter.keyFile + ".new", milter.keyFile)
        try await eventually("the new key is used", within: .seconds(5)) {
          let outcome = try await MailSession.deliver(Mail.outgoing(), to: milter)
          let isNew = await Mail.isSignedWell(outcome, Mail.outgoing(), key: Mail.otherKey)
          let isOld = await Mail.isSignedWell(outcome, Mail.outgoing())
          #expect(isNew || isOld)
          return isNew
        }
      }
    }

    @Test
    func `a key that others can read is refused at start, but remains in use if this changes later`() async throws {
      // A directory that no other user can write to, for RequireSafeKeys.
      let home = MilterRun.isSuperuser ? "/root" : MilterRun.text("HOME") ?? "/"
      let folder = try TestFiles.makeFolder(home + "/.dkim-faults-")
      defer { TestFiles.removeFolder(folder) }
      let key = folder + "/key"
      try TestFiles.write(Mail.pem(Mail.ourKey), to: key)
      chmod(key, 0o644)
      let setup = MilterSetup("RequireSafeKeys yes", "KeyFile \(key)")
      let (status, log) = try await Milter.fail(setup)
      #expect(status == 78 && log.contains("chmod"), "\(log)")
      chmod(key, 0o600)
      try await Milter.run(setup) { milter in
        #expect(try await MailSession.deliver(Mail.outgoing(), to: milter).isSigned)
        chmod(key, 0o644)
        try await Self.mail(milter).expectNormal()
        milter.process.signal(SIGUSR1)
        try await milter.waitForLog("not reloaded")
        try await Self.mail(milter).expectNormal()
      }
    }
  }
}
