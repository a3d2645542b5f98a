import MilterPeer
import MilterTestSupport

/// The outcome of a message.
struct MigrationAnswer {
  let outcome: PeerOutcome
  /// The log lines, without the queue ID.
  let log: [String]
  /// The log lines that have no queue ID, for this and other messages.
  let otherLog: [String]

  /// The first word after `dkim=`; `nil` if no result was added.
  var word: String? { outcome.words.first }

  /// `accept`, or the name of another last reply.
  var reply: String { outcome.isAccepted ? "accept" : "\(outcome.verdict.letter)" }

  /// The reply and the modifications, without what differs between two runs.
  var summary: [String] {
    let text = outcome.verdict.text
    return [reply + (text.isEmpty ? "" : " " + text)] + outcome.modifications.map(Self.summary)
  }

  private static func summary(_ modification: PeerModification) -> String {
    switch modification {
    case .addHeader(let name, let value), .insertHeader(_, let name, let value):
      let (name, value) = (String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self))
      switch name {
      case "DKIM-Signature": return "\(name): \(tags(value))"
      case "Authentication-Results": return "\(name): \(results(value))"
      default: return "\(name): \(value.drop { $0 == " " })"
      }
    case .changeHeader(let index, let name, let value):
      return "change \(index) \(String(decoding: name, as: UTF8.self)): \(String(decoding: value, as: UTF8.self))"
    case .addRecipient(let address, _): return "add \(address)"
    case .deleteRecipient(let address): return "delete \(address)"
    case .changeSender(let address, _): return "sender \(address)"
    case .replaceBody(let bytes): return "body of \(bytes.count) bytes"
    case .quarantine(let reason): return "quarantine \(reason)"
    }
  }

  /// The tags of a signature that do not depend on the time and on the key.
  private static func tags(_ value: String) -> String {
    value.split(separator: ";").map { $0.filter { !$0.isWhitespace } }
      .filter { !["t=", "b=", "bh", "h="].contains(String($0.prefix(2))) }.sorted().joined(separator: "; ")
  }

  /// The methods with their results, without the result that only OpenDKIM writes for mail that ATPS does not concern.
  private static func results(_ value: String) -> String {
    value.split(whereSeparator: { $0.isWhitespace || $0 == ";" }).filter { word in
      word != "dkim-atps=neutral" && ["dkim=", "dkim-atps=", "vbr="].contains { word.hasPrefix($0) }
    }.joined(separator: " ")
  }
}
