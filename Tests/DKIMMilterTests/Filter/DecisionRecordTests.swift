import DKIMConfiguration
import DKIMCore
import Testing

@testable import DKIMMilter

@Suite struct DecisionRecordTests {
  private static let locations = [
    "SenderHeaders": FileLocation(file: "c", line: 1), "InternalHosts": FileLocation(file: "c", line: 2),
    "MTA": FileLocation(file: "c", line: 3),
  ]
  private let client = ClientInfo(hostName: "client.example", address: nil)

  private func log(_ step: DecisionStep) -> String? { LogEvent(step)?.text }

  private func explained(_ step: DecisionStep) -> String? { Explanation.Step(step, Self.locations)?.line }

  private func reasons(_ record: DecisionRecord, logWhy: Bool, logExplanation: Bool) -> [String] {
    var configuration = FilterScene().configuration
    configuration.locations = Self.locations
    configuration.log.logWhy = logWhy
    configuration.log.logExplanation = logExplanation
    return record.reasons(configuration).map(\.text)
  }

  @Test func `a step has a log line of OpenDKIM and an explanation`() throws {
    let missing = DecisionStep.sender(.missing(fields: ["Sender", "From"]))
    #expect(log(missing) == "can't determine message sender; accepting")
    #expect(explained(missing) == "the message has none of the fields Sender, From")
    let row = DataSetRow(key: "*", value: nil, location: nil)
    let skipped = DecisionStep.message(.notSigned(recipient: "a@b.example", row))
    #expect(log(skipped) == "skipping signing of mail to 'a@b.example'")
    #expect(explained(skipped) == "mail to a@b.example is not signed (DontSignMailTo)")
    let dropped = DecisionStep.key(.identityDropped("@c.example", domain: try DomainName("b.example")))
    #expect(log(dropped) == "i=@c.example is not within d=b.example; signing without i=")
    #expect(explained(dropped) == "i=@c.example is not within d=b.example and is left out (SigningTable)")
  }

  @Test func `mail from an external client is logged only if the host is reported`() throws {
    let sender = try MailAddress("a@b.example")
    #expect(
      log(.client(.external(sender: sender, reportedHost: "h.example")))
        == "external host h.example attempted to send as b.example")
    #expect(log(.client(.external(sender: sender, reportedHost: nil))) == nil)
  }

  @Test func `a failure is explained with its log line`() {
    let failures: [DecisionFailure] = [
      .dataSet(setting: "KeyTable", .temporary("no connection")), .late("too late"), .unknownKey("k"),
      .corruptKeyEntry(name: "k", why: "no domain"), .keyTooSmall(bits: 512, minimum: 1024), .noKeyOfType(nil),
    ]
    for failure in failures { #expect(log(.failure(failure)) == explained(.failure(failure))) }
    #expect(log(.errorLoadingKey("k", isExplained: false)) == "error loading key 'k'")
    #expect(explained(.errorLoadingKey("k", isExplained: false)) == nil)
    #expect(explained(.errorLoadingKey("k", isExplained: true)) == "error loading key 'k'")
  }

  @Test func `a failed lookup in PeerList names the setting like other steps`() {
    let error = DataSetError.temporary("no connection")
    #expect(log(.client(.peerListFailed(error))) == "PeerList \(error)")
    #expect(explained(.client(.peerListFailed(error))) == "\(error) (PeerList)")
  }

  @Test func `a step that sums up others is above them`() {
    var record = DecisionRecord()
    record.append(.sender(.missing(fields: ["From"])))
    let start = record.count
    record.append(.client(.noMacro))
    record.append(.client(.authenticated("PLAIN")))
    record.sumUp(from: start, as: .client(.isInternal(true)))
    #expect(
      record.explanation([:]).description == """
        ! the message has none of the fields From
        . the client is internal
          - no macros match (MacroList)
          + the client has authenticated (PLAIN)
        """)
    #expect(record.logEvents == [.noSender])
  }

  @Test func `LogWhy logs only lines of OpenDKIM and appends nothing to them`() {
    var record = DecisionRecord()
    record.append(.client(.isNotMTA(host: "h", daemon: "d")))
    record.append(.client(.notInternalHost(client, hasAuthenticated: false)))
    record.append(.client(.notAuthenticated))
    record.sumUp(from: 0, as: .client(.isInternal(false)))
    let lines = [
      "no MTA name match (host=h, MTA=d)", "client.example [127.0.0.1] not internal", "not authenticated",
    ]
    #expect(reasons(record, logWhy: true, logExplanation: false) == lines)
    #expect(reasons(record, logWhy: false, logExplanation: true) == ["the client is not internal"] + lines)
    #expect(reasons(record, logWhy: false, logExplanation: false) == [])
  }

  @Test func `a client that has authenticated is not logged as external`() {
    var record = DecisionRecord()
    record.append(.client(.notInternalHost(client, hasAuthenticated: true)))
    #expect(reasons(record, logWhy: true, logExplanation: false) == [])
    #expect(
      reasons(record, logWhy: true, logExplanation: true) == [
        "client.example [127.0.0.1] not internal (InternalHosts, c:2)"
      ])
  }
}
