import DKIMConfiguration
import Glibc
import SystemSupport

/// The age of a private key file.
struct KeyAge: Sendable, Hashable {
  let path: String
  let seconds: Int

  static func of(_ paths: [String]) -> [KeyAge] { paths.compactMap(age) }

  private static func age(_ path: String) -> KeyAge? {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return nil }
    return KeyAge(path: path, seconds: max(0, WallClock.seconds - status.st_mtim.tv_sec))
  }
}

extension Configuration {
  /// The maximum number of reported files, because a table may have very many.
  private static let keyFileLimit = 200

  /// The paths of private key files, if metrics are enabled.
  var keyFiles: [String] {
    guard metrics.socket != nil || metrics.file != nil else { return [] }
    switch signing.keys {
    case .none: return []
    case .single(let key): return [key.key].compactMap(\.path)
    case .tables(_, let table), .scripted(let table):
      // A server that did not respond during startup would delay it again, and so would one with very many rows.
      if table.startProblem != nil || table.asksServer { return [] }
      let entries = MainThreadExecutor.run { try? await table.entries(limit: 1000) } ?? nil
      return Array(Set((entries ?? []).compactMap { $0.entry.key.path }).sorted().prefix(Self.keyFileLimit))
    }
  }
}
