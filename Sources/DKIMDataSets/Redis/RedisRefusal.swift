internal import DKIMConfiguration

/// An error response of Redis: a word in capitals that names the kind of error, and a sentence.
struct RedisRefusal {
  private let text: String

  init(_ bytes: [UInt8]) { text = ServerText.shown(bytes, limit: 200) }

  /// Returns the error for a refused request.
  /// - Parameters:
  ///   - what: what was requested.
  ///   - isLogin: whether the server's text may contain the password, so that only the kind of the error is shown.
  func error(_ what: String, peer: String, isLogin: Bool = false) -> DataSetError {
    let word = text.prefix { $0 != " " }
    if isLogin { return login("\(peer): \(what) was refused", String(word)) }
    let message = "\(peer): \(what) was refused: \(text)"
    switch word {
    case "NOAUTH": return .unusable("\(message); expected :PASSWORD@ or USER:PASSWORD@ before the host")
    case "WRONGPASS": return .unusable("\(message); expected the password that the server knows")
    case "NOPERM": return .unusable("\(message); allow the user GET (and SCAN and MGET for lists) of these keys")
    case "WRONGTYPE": return .unusable("\(message); expected a string value")
    case "DENIED": return .unusable("\(message); expected a server that accepts connections from this host")
    case "MOVED", "ASK", "CROSSSLOT":
      return .unusable("\(message); expected a server that has every key: clusters are not supported")
    case "ERR": return isTemporary ? .temporary(message) : .unusable(message)
    // LOADING, MASTERDOWN, READONLY, BUSY, CLUSTERDOWN, TRYAGAIN, …
    default: return .temporary(message)
    }
  }

  private static let knownWords = [
    "BUSY", "CLUSTERDOWN", "DENIED", "ERR", "LOADING", "MASTERDOWN", "MISCONF", "NOAUTH", "NOPERM", "OOM", "WRONGPASS",
  ]

  /// Returns the error for a refused login. The server's text is not shown, except for a known first word.
  private func login(_ message: String, _ word: String) -> DataSetError {
    let message = Self.knownWords.contains(word) ? "\(message): \(word)" : message
    switch word {
    case "WRONGPASS", "NOPERM":
      return .unusable("\(message); expected the password that the server knows, and the user if it has several")
    case "DENIED": return .unusable("\(message); expected a server that accepts connections from this host")
    case "ERR" where !isTemporary:
      return .unusable("\(message); expected a server with a password (requirepass), or no password before the host")
    default: return .temporary(message)
    }
  }

  /// Whether an error with the general word ERR is temporary.
  private var isTemporary: Bool { text.hasPrefix("ERR max number of clients") || text.hasPrefix("ERR Protocol error") }
}
