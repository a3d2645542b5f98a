import Milter
import NIOCore

/// A filter that records all calls and answers as the test specifies.
final class RecordingFilter: MilterFilter {
  var requirements = MilterRequirements(wantedActions: .all, protocolOptions: [.headerLeadingSpace])
  var refusal: MilterRefusal?
  var answer: (MilterEvent, MilterContext) -> MilterAnswer = { _, _ in .continue }
  private(set) var log: [String] = []
  private(set) var closures: [MilterClosure] = []

  func negotiate(_ offer: MilterOffer) throws(MilterRefusal) -> MilterRequirements {
    if let refusal { throw refusal }
    return requirements
  }

  func handle(_ event: MilterEvent, context: MilterContext) -> MilterAnswer {
    log.append("\(event.command)")
    return answer(event, context)
  }

  func abort(context: MilterContext) { log.append("abort") }
  func clientDisconnected(context: MilterContext) { log.append("client gone") }
  func connectionClosed(_ reason: MilterClosure) { closures.append(reason) }
}
