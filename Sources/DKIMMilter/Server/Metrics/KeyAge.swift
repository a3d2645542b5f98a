import DKIMConfiguration
import Glibc

/// How old a private key is.
struct KeyAge: Sendable, Hashable {
  let path: String
  let seconds: Int

  /// Those that are told at most: a table may name very many.
  static let limit = 200

  /// The key files that the configuration has read.
  static func all(_ configuration: Configuration) -> [KeyAge] {
    guard case .single(let key) = configuration.signing.keys, case .file(let path) = key.key else { return [] }
    return age(path).map { [$0] } ?? []
  }

  private static func age(_ path: String) -> KeyAge? {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return nil }
    return KeyAge(path: path, seconds: max(0, Int(time(nil)) - status.st_mtim.tv_sec))
  }
}
