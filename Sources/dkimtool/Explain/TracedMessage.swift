import DKIMConfiguration
import DKIMCore
import DKIMMilter
import Milter
import SystemSupport

/// A message, or only its sender, that is traced through the filter.
struct TracedMessage {
  let clientName: String?
  let clientAddress: IPAddress?
  /// Replaces the value of the message's From field; if there is none, it is added.
  let sender: MailAddress?
  let recipients: [String]
  let macros: [(name: String, value: String)]
  /// The message with CRLF line endings; `nil` if only a sender is given.
  let message: ParsedMessage?
  let time: Timestamp

  /// The decisions of the filter.
  struct Trace {
    let client: ClientInfo
    let connection: ConnectionDecision
    /// `nil` if the filter does not process mail from this client.
    let decision: Decision?
    /// `nil` if there was no message, or if only root can read a signing key.
    let verdict: Verdict?
  }

  func trace(_ configuration: Configuration, keys: (any PublicKeySource)?) async -> Trace {
    let policy = MailPolicy(configuration, hostName: HostName.own)
    let client = client
    let connection = await policy.decide(client)
    guard connection.action == .filter else {
      return Trace(client: client, connection: connection, decision: nil, verdict: nil)
    }
    var transaction = policy.message(from: client)
    fill(&transaction)
    let decision = await policy.decide(transaction.facts, inDetail: true)
    guard let message, !decision.needsRoot else {
      return Trace(client: client, connection: connection, decision: decision, verdict: nil)
    }
    switch transaction.begin(decision, at: time) {
    case .done(let verdict):
      return Trace(client: client, connection: connection, decision: decision, verdict: verdict)
    case .body(let queries, _):
      // All keys are looked up at the same time, as the filter does.
      for (query, answer) in await keys?.answers(to: queries) ?? [:] { transaction.supply(answer, for: query) }
      _ = transaction.body(message.body.span)
      var further = transaction.furtherQueries()
      while !further.isEmpty {
        for (query, answer) in await keys?.answers(to: further) ?? [:] { transaction.supply(answer, for: query) }
        further = transaction.furtherQueries()
      }
      return Trace(
        client: client, connection: connection, decision: decision, verdict: await transaction.finishWithScript())
    }
  }

  private var client: ClientInfo {
    ClientInfo(
      hostName: clientName ?? clientAddress.map { $0.isLoopback ? "localhost" : "[\($0)]" } ?? "localhost",
      address: clientAddress ?? IPAddress("127.0.0.1"))
  }

  /// The macros of the MTA: those of this host, unless others are given.
  private var milterMacros: MilterMacros {
    var all = MilterMacros()
    for (name, value) in [("j", HostName.own), ("i", "explain")] + macros { all.set(name, value, .connect) }
    return all
  }

  private func fill(_ transaction: inout MessageTransaction) {
    transaction.setMacros(milterMacros)
    for recipient in recipients { transaction.recipient(recipient) }
    var isWritten = false
    if let message {
      let header = message.header
      for field in 0..<header.count {
        guard let name = header.name(of: field) else { continue }
        let isFrom = sender != nil && name.lowercased() == "from"
        append(name, isFrom ? from : header.value(of: field), to: &transaction)
        isWritten = isWritten || isFrom
      }
    }
    if sender != nil, !isWritten { append("From", from, to: &transaction) }
  }

  private var from: [UInt8] { Array(" \(sender?.description ?? "")".utf8) }

  private func append(_ name: String, _ value: [UInt8], to transaction: inout MessageTransaction) {
    transaction.header(name: Array(name.utf8).span, value: value.span)
  }
}
