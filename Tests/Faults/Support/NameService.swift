import DKIMDNS
import MilterTestSupport
import TestSupport

/// A name server that answers by the name it is asked for: the selector says how. Digits at its end do not count.
///
/// All the answers carry a good key wherever there is room for one: who believes them lets the message pass.
final class NameService: Sendable {
  private let scripted: ScriptedServer
  var server: NameServer { scripted.server }

  private init(_ scripted: ScriptedServer) { self.scripted = scripted }

  static func run<Result: Sendable>(_ body: (NameService) async throws -> Result) async throws -> Result {
    let record = Mail.record(Mail.theirKey)
    return try await ScriptedServer.run({ Self.actions($0, record) }) { try await body(NameService($0)) }
  }

  /// How often names at or below `domain` were asked for.
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
