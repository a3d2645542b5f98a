import Testing

@testable import DKIMConfiguration
@testable import DKIMDataSets
@testable import DataSetTestSupport

@Suite("Redis logins", .enabled(if: RedisServer.isInstalled, "redis-server is not installed"))
struct RedisLoginTests {
  @Test
  func `the server's password is required, and never shown`() async throws {
    let server = try await RedisServer(options: ["--requirepass", "pa ss/w@rd"])
    try server.put([("k", "v")], prefix: "p", login: ["pa ss/w@rd"])
    let set = try await OpenedSet.open("redis://:pa%20ss%2Fw%40rd@127.0.0.1:\(server.port)/p")
    #expect(try await set.text("k") == "v")
    #expect(set.specification == "redis://:***@127.0.0.1:\(server.port)/p")
    let wrong = await OpenedSet.refusal("redis://:wrong@127.0.0.1:\(server.port)/p", softStart: true)
    #expect(wrong?.contains("the login was refused: WRONGPASS") == true, "\(wrong ?? "")")
    #expect(wrong?.contains("wrong") == false)
    let none = await OpenedSet.refusal("redis://127.0.0.1:\(server.port)/p", softStart: true)
    #expect(none?.contains("refused: NOAUTH") == true, "\(none ?? "")")
  }

  @Test
  func `a password for a server without one`() async throws {
    let server = try await RedisServer()
    let refusal = await OpenedSet.refusal("redis://:secret@127.0.0.1:\(server.port)/p", softStart: true)
    #expect(refusal?.contains("the login was refused: ERR;") == true, "\(refusal ?? "")")
    #expect(refusal?.contains("secret") == false)
  }

  @Test(arguments: [
    "-ERR unknown command 'AUTH', with args beginning with: 'user' 'Geheimnis' \r\n", "-Geheimnis\r\n",
    "AUTH user Geheimnis\r\n", "$Geheimnis\r\n",
  ])
  func `a server that repeats the command does not bring the password into a message`(_ answer: String) async throws {
    let server = try await RepeatingServer(answer, then: .again)
    let refusal = await OpenedSet.refusal("redis://user:Geheimnis@127.0.0.1:\(server.port)/p")
    #expect(refusal?.contains("the login") == true, "\(refusal ?? "")")
    #expect(refusal?.contains("Geheimnis") == false, "\(refusal ?? "")")
  }

  @Test
  func `a password sent unencrypted over a network causes a warning`() throws {
    func problems(_ kind: DataSetKind, _ name: String) throws -> [ConfigurationProblem] {
      let request = DataSetRequest(
        kind: kind, name: name, specification: "redis:…", location: FileLocation(file: "conf", line: 3),
        options: DataSetOptions())
      return RedisDriver.problems(try RedisName(name), request)
    }
    for name in ["//:Secret@cache.example:6380/p", "//me:Secret@192.0.2.1/0/p", "//:Secret@127.evil.example/p"] {
      let problem = try #require(try problems(.redis, name).first, "\(name)")
      #expect(problem.severity == .warning && problem.location?.line == 3 && problem.fix == "write rediss:")
      #expect(problem.text.contains("the password is sent to ") && !"\(problem)".contains("Secret"))
      #expect(try problems(.rediss, name).isEmpty)
    }
    for name in [
      "//cache.example/p", "//:Secret@127.0.0.1/p", "//:Secret@LocalHost:1/p", "//:Secret@[::1]/p",
      "//:Secret@%2Frun%2Fredis.sock/p",
    ] {
      #expect(try problems(.redis, name).isEmpty, "\(name)")
    }
  }

  @Test
  func `a user with an access control list`() async throws {
    let server = try await RedisServer()
    try server.put([("k", "v")], prefix: "p")
    try server.run(
      [["dkim", "~p:*", "+get"], ["walker", "~p:*", "+get", "+scan", "+mget"], ["other", "~q:*", "+get"]].map {
        ["ACL", "SETUSER"] + $0 + ["on", ">secret"]
      })
    let target = "127.0.0.1:\(server.port)/p"
    let set = try await OpenedSet.open("redis://dkim:secret@\(target)")
    #expect(try await set.text("k") == "v")
    let error = await #expect(throws: DataSetError.self) { _ = try await set.allRows() }
    guard case .unusable(let why) = error else { Issue.record("\(error.debugDescription)"); return }
    #expect(why.contains("NOPERM") && why.contains("SCAN"), "\(why)")
    #expect(try await OpenedSet.open("redis://walker:secret@\(target)").allRows().map(\.key) == ["k"])
    let other = await OpenedSet.refusal("redis://other:secret@\(target)", softStart: true)
    #expect(other?.contains("a lookup was refused: NOPERM") == true, "\(other ?? "")")
    let wrong = await OpenedSet.refusal("redis://dkim:mistaken@\(target)", softStart: true)
    #expect(wrong?.contains("WRONGPASS") == true && wrong?.contains("mistaken") == false, "\(wrong ?? "")")
  }
}
