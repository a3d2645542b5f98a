import Testing

@testable import DKIMCore
@testable import DKIMDNS

@Suite("What servers answer")
struct AnswerTests {
  @Test("A TXT record over UDP, its character-strings joined")
  func record() async throws {
    try await ScriptedServer.run({ [.send($0.reply([.txt($0.name, ["v=DKIM1; ", "p=AB", "", "CD"])]))] }) { server in
      let (answer, statistics) = try await lookUp([server])
      #expect(answer == .records([octets("v=DKIM1; p=ABCD")], secure: false))
      #expect(statistics.records == 1 && statistics.queries == 1)
      #expect(server.requests.first?.isExtended == true)
    }
  }
}
