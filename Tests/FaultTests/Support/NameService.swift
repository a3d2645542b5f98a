import DKIMDNS
import MilterTestSupport
import TestSupport

/// A name server whose response depends on the selector in the queried name; digits at the end of the selector are
/// ignored.
///
/// All responses contain a good key if possible, so a client that trusts them accepts the message.
final class NameService: Sendable {
  private let scripted: ScriptedServer
  var server: NameServer { scripted.server }

  private init(_ scripted: ScriptedServer) { self.scripted = scripted }

  static func run<Result: Sendable>(_ body: (NameService) async throws -> Result) async throws -> Result {
    let record = Mail.record(Mail.theirKey)
    return try await ScriptedServer.run({ Self.actions($0, record) }) { try await body(NameService($0)) }
  }

  /// Returns the number of queries for names at or below `domain`.
  func questions(below domain: String) -> Int {
    scripted.requests.count { $0.name.hasSuffix(domain) }
  }

  var questions: Int { scripted.requests.count }

  private static func actions(_ request: ScriptedRequest, _ record: String) -> [ScriptedAction] {
    let first = request.name.prefix { $0 != "." }.lowercased()
    let word = String(first.reversed().drop(while: \.isNumber).reversed())
    guard let trouble = NameTrouble(rawValue: word) else { return [.send(request.text(record))] }
    return trouble.actions(request, record)
  }
}
