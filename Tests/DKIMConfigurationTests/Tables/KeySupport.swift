import DKIMCore
import Glibc
import Synchronization
import SystemSupport
import TestSupport

@testable import DKIMConfiguration

/// Directories whose parents no other user can write to, as `RequireSafeKeys` requires.
enum SafeFolder {
  /// The parent directory for them; `nil` if this machine has no suitable directory.
  static let parent: String? = {
    let home = getenv("HOME").map { String(cString: $0) }
    let locations = [home, "\(TestFiles.package)/.build", "/var/lib"].compactMap { $0 }
    return locations.first { location in
      guard access(location, W_OK) == 0, let folder = try? TableFolder(in: location) else { return false }
      guard let path = try? folder.write("key", "x"), case .success(let status) = SizeLimitedFile.status(path) else {
        return false
      }
      return KeySafety.problem(path, status, for: .current) == nil
    }
  }()

  static func make() throws -> TableFolder { try TableFolder(in: parent ?? "/nowhere") }
}

enum TestKeys {
  static func bytes(_ name: String) throws -> [UInt8] {
    try TestFiles.read("\(TestFiles.package)/Tests/Vectors/keys/\(name).pem")
  }

  static func publicKey(_ name: String) throws -> [UInt8] { try SigningKey(bytes(name)).publicKey }
}

/// The events that a store reported.
final class Reports: Sendable {
  private let events = Mutex<[SigningKeyStore.Event]>([])

  func add(_ event: SigningKeyStore.Event) { events.withLock { $0.append(event) } }

  /// The events since the last call.
  func take() -> [SigningKeyStore.Event] {
    events.withLock { events in
      defer { events = [] }
      return events
    }
  }
}

extension SigningKeyStore {
  /// A store that checks files at every call.
  static func eager(
    requireSafeKeys: Bool = false, minimumKeyBits: Int = 1024, maximumKeys: Int = 100,
    following old: SigningKeyStore? = nil,
    reports: Reports = Reports()
  ) -> SigningKeyStore {
    var options = Options()
    options.requireSafeKeys = requireSafeKeys
    options.minimumKeyBits = minimumKeyBits
    options.maximumKeys = maximumKeys
    options.checkInterval = 0
    return SigningKeyStore(options, following: old) { reports.add($0) }
  }

  func publicKey(_ path: String) throws(SigningKeyStoreError) -> [UInt8] { try key(at: .file(path)).publicKey }
}
