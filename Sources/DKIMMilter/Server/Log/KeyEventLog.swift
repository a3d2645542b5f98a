import DKIMConfiguration
import Synchronization

/// Logging of changes to private key files while they are in use.
final class KeyEventLog: Sendable {
  /// The log; `nil` until it is attached.
  private let log = Mutex<Log?>(nil)

  func attach(_ log: Log) { self.log.withLock { $0 = log } }

  func report(_ event: SigningKeyStore.Event) {
    let log = log.withLock { $0 }
    switch event {
    case .kept(_, let error):
      log?.write(.error, "\(error); the previously loaded key remains in use")
    case .replaced(let path): log?.write(.info, "the key in \(path) has changed; the new one is in use")
    case .unsafe(let path, let why, let fix):
      log?.write(.warning, "\(path): key data is not secure: \(why); \(fix)")
    }
  }
}
