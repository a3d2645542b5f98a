internal import DKIMConfiguration

/// An error response of Redis: a word in capitals, and a sentence.
struct RedisRefusal {
  private let text: String

  init(_ bytes: [UInt8]) { text = ServerText.shown(bytes, limit: 200) }

  /// - Parameters:
  ///   - what: what was requested.
  ///   - isLogin: whether the server's text may contain the password, so that only the kind of the error is shown.
  func error(_ what: String, peer: String, isLogin: Bool = false) -> DataSetError {
    let word = text.prefix { $0 != " " }
    if isLogin { return login("\(peer): \(what) was refused", String(word)) }
    let said = "\(peer): \(what) was refused: \(text)"
    switch word {
    case "NOAUTH": return .unusable("\(said); expected :PASSWORD@ or USER:PASSWORD@ before the host")
    case "WRONGPASS": return .unusable("\(said); expected the password that the server knows")
    case "NOPERM": return .unusable("\(said); allow the user GET (and SCAN and MGET for lists) of these keys")
    case "WRONGTYPE": return .unusable("\(said); expected a string value")
    case "DENIED": return .unusable("\(said); expected a server that accepts connections from this host")
    case "MOVED", "ASK", "CROSSSLOT":
      return .unusable("\(said); expected a server that has every key: clusters are not supported")
    case "ERR": return isPassing ? .temporary(said) : .unusable(said)
    // LOADING, MASTERDOWN, READONLY, BUSY, CLUSTERDOWN, TRYAGAIN, …
    default: return .temporary(said)
    }
  }

  private static let knownWords = [
    "BUSY", "CLUSTERDOWN", "DENIED", "ERR", "LOADING", "MASTERDOWN", "MISCONF", "NOAUTH", "NOPERM", "OOM", "WRONGPASS",
  ]

  private func login(_ said: String, _ word: String) -> DataSetError {
    let said = Self.knownWords.contains(word) ? "\(said): \(word)" : said
    switch word {
    case "WRONGPASS", "NOPERM":
      return .unusable("\(said); expected the password that the server knows, and the user where it has several")
    case "DENIED": return .unusable("\(said); expected a server that accepts connections from this host")
    case "ERR" where !isPassing:
      return .unusable("\(said); expected a server with a password (requirepass), or no password before the host")
    default: return .temporary(said)
    }
  }

  /// Temporary errors that share the general word ERR.
  private var isPassing: Bool { text.hasPrefix("ERR max number of clients") || text.hasPrefix("ERR Protocol error") }
}
