internal import DKIMConfiguration

/// An error that Redis gives for an answer: a word in capitals, and a sentence.
struct RedisRefusal {
  private let text: String

  init(_ octets: [UInt8]) { text = ServerText.shown(octets, limit: 200) }

  /// - Parameter what: what was asked for.
  func error(_ what: String, peer: String) -> DataSetError {
    let word = text.prefix { $0 != " " }
    let said = "\(peer): \(what) is refused: \(text)"
    switch word {
    case "NOAUTH": return .unusable("\(said); expected :PASSWORD@ or USER:PASSWORD@ before the host")
    case "WRONGPASS": return .unusable("\(said); expected the password that the server knows")
    case "NOPERM": return .unusable("\(said); allow the user GET (and SCAN and MGET for lists) of these keys")
    case "WRONGTYPE": return .unusable("\(said); expected a string there")
    case "DENIED": return .unusable("\(said); expected a server that this host may ask")
    case "MOVED", "ASK", "CROSSSLOT":
      return .unusable("\(said); expected a server that has every key: clusters are not supported")
    case "ERR": return isPassing ? .temporary(said) : .unusable(said)
    // LOADING, MASTERDOWN, READONLY, BUSY, CLUSTERDOWN, TRYAGAIN, …
    default: return .temporary(said)
    }
  }

  /// Troubles that have no word of their own, and pass.
  private var isPassing: Bool { text.hasPrefix("ERR max number of clients") || text.hasPrefix("ERR Protocol error") }
}
