import DKIMConfiguration
import Glibc
import TestSupport
import Testing

@testable import DataSetTestSupport

/// Checks for every database.
struct DatabaseChecks {
  let server: any DatabaseServer

  private func open(_ specification: String, timeLimit: Int = 5) async throws -> any DataSet {
    try await OpenedSet.open(specification, timeLimit: timeLimit)
  }

  private func columns(_ set: any DataSet, _ key: String) async throws -> [String?]? {
    guard let row = try await set.rows(for: key, all: false).first, case .columns(let columns) = row.value else {
      return nil
    }
    return columns
  }

  /// A server at an address that does not look like one of this machine.
  nonisolated(nonsending) func unchecked() async throws {
    let problems = try await open(server.specification("kv", host: "0.0.0.0")).problems()
    #expect(problems.map(\.severity) == [.warning])
    #expect(problems.first?.text.contains("the server's identity is not checked") == true)
    #expect(try await open(server.specification("kv", host: "0.0.0.0", more: "?tls=unverified")).problems().isEmpty)
    let set = try await open(server.specification("kv"))
    #expect(await set.problems().isEmpty)
    #expect(set.asksServer)
  }

  /// The timer runs as soon as the connection is idle, with at most a minute left.
  nonisolated(nonsending) func keepalives(port: Int) async throws {
    let set = try await open(server.specification("kv"))
    #expect(try await columns(set, "plain") == ["value"])
    let log = try TestFiles.makeFolder("/tmp/dkim-ss.")
    defer { TestFiles.removeFolder(log) }
    let command = ["ss", "-Hnto", "state", "established", "dport", "=", ":\(port)"]
    let process = try ChildProcess(command, log: log + "/log")
    #expect(try await process.end() == 0)
    let text = String(decoding: try TestFiles.read(log + "/log"), as: UTF8.self)
    let lines = text.split(separator: "\n")
    #expect(!lines.isEmpty && lines.allSatisfy { $0.contains("timer:(keepalive,") }, "\(text)")
    // The default is two hours.
    #expect(lines.allSatisfy { $0.contains("sec,") }, "\(text)")
  }

  nonisolated(nonsending) func oddRows() async throws {
    let set = try await open(server.specification("kv"))
    try await StoreRows.expectAll(in: set)
  }

  nonisolated(nonsending) func severalColumns() async throws {
    let set = try await open(server.specification("dkim", key: "id", columns: "domain,selector,key_"))
    #expect(try await columns(set, "1293") == ["bücher.example", "s1", "/k/1"])
    #expect(try await columns(set, "7") == ["b.example", nil, ""])
    #expect(try await columns(set, "8") == [nil, nil, nil])
    // Some databases refuse this key for a numeric column; none has a row for it.
    for key in ["abc", "12939999999999999999999", "9", "", "1294"] {
      #expect(try await columns(set, key) == nil, "\(key)")
    }
    let number = try await open(server.specification("dkim", key: "domain", columns: "id"))
    #expect(try await columns(number, "bücher.example") == ["1293"])
  }

  nonisolated(nonsending) func filter() async throws {
    let filter = "?filter=active =3D 1 OR active > 1"
    let set = try await open(server.specification("dkim", key: "id", columns: "domain", more: filter))
    #expect(try await columns(set, "1293") == ["bücher.example"])
    #expect(try await columns(set, "7") == nil)
    #expect(try await set.allRows().map(\.key).sorted() == ["1293", "8"])
  }

  /// For PostgreSQL: a row or the filter fails with the same state as an impossible key.
  nonisolated(nonsending) func failingRows() async throws {
    try await server.run(
      """
      CREATE TABLE ends (id INTEGER, k TEXT, v TEXT, until TEXT);
      INSERT INTO ends VALUES (7, 'seven', 'x', 'never'), (8, 'eight', 'y', '99999999999999999999-01-01');
      CREATE DATABASE octets ENCODING 'SQL_ASCII' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C';
      \\connect octets
      CREATE TABLE latin (k TEXT, v TEXT);
      INSERT INTO latin VALUES ('example.com', E'\\xE9'), ('good', 'v');
      """)
    let latin = try await open(server.specification("latin", database: "octets"))
    await expectFailure(latin, "example.com")
    #expect(try await columns(latin, "good") == ["v"])
    #expect(try await columns(latin, "absent") == nil)
    for key in ["id", "k"] {
      let filter = "?filter=CAST(until AS date) > now()"
      let set = try await open(server.specification("ends", key: key, more: filter))
      for value in key == "id" ? ["7", "8"] : ["seven", "eight"] { await expectFailure(set, value) }
      #expect(try await columns(set, "example.com") == nil)
    }
    try await server.run("DROP TABLE ends")
  }

  private func expectFailure(_ set: any DataSet, _ key: String) async {
    let error = await #expect(throws: DataSetError.self, "\(key)") { _ = try await columns(set, key) }
    #expect(error != nil, "\(key)")
  }

  /// A filter with its own parameter, which never gets a value.
  nonisolated(nonsending) func ownParameters(_ conditions: [String]) async throws {
    for condition in conditions {
      let text =
        await OpenedSet.refusal(server.specification("kv", more: "?filter=\(condition)"), softStart: true) ?? ""
      #expect(text.contains("write filter= without"), "\(condition): \(text)")
    }
  }

  nonisolated(nonsending) func walk() async throws {
    let set = try await open(server.specification("kv"))
    let all = try await set.allRows()
    let expected = (StoreRows.odd + StoreRows.many).map {
      DataSetRow(key: $0.key, value: .columns([$0.value]), location: nil)
    }
    #expect(Set(all) == Set(expected) && all.count == expected.count)
    #expect(try await set.allRows(limit: 7).count == 7)
    #expect(try await set.allRows(limit: 0).isEmpty)
  }

  nonisolated(nonsending) func longValues() async throws {
    let set = try await open(server.specification("big"))
    #expect(try await columns(set, "most")?.first??.utf8.count == 1 << 20)
    for _ in 0..<3 {
      let failure = await set.failure("more")
      #expect("\(failure.error.map { "\($0)" } ?? "")".contains("1048577 bytes; expected at most 1048576"))
      #expect(try await columns(set, "less") == ["y"])
    }
    await #expect(throws: DataSetError.self) { _ = try await set.allRows() }
    let columns = Array(repeating: "v", count: 64).joined(separator: ",")
    let wide = try await open(server.specification("big", columns: columns))
    #expect(try await self.columns(wide, "less")?.count == 64)
    let short = try await open(server.specification("big", more: "?filter=v < 'z' AND v <> 'xx' AND k =3D 'less'"))
    #expect(try await short.allRows() == [DataSetRow(key: "less", value: .columns(["y"]), location: nil)])
  }

  /// Each possible mistake in a `dsn:` name, and the expected text in the message.
  nonisolated(nonsending) func mistakes() async throws {
    let mistakes = [
      (server.specification("kv", login: "odk:wr0ng"), "check the user and the password"),
      (server.specification("kv", login: "nobody:wr0ng"), "check the user and the password"),
      (server.specification("kv", login: "weak:weak"), "grant"),
      (server.specification("kv", database: "none"), "check the database in the dsn: name"),
      (server.specification("none"), "check table="), (server.specification("kv", key: "none"), "check keycol="),
      (server.specification("kv", columns: "v,none"), "check keycol="),
      (server.specification("kv", more: "?filter=none =3D 1"), "check keycol="),
      (server.specification("kv", more: "?filter=none none none"), "filter="),
    ]
    for (specification, fix) in mistakes {
      // Waiting does not fix it, so SoftStart has no effect.
      let text = await OpenedSet.refusal(specification, softStart: true) ?? ""
      #expect(text.contains(fix), "\(text)")
      #expect(text.contains("127.0.0.1:") && !text.contains("wr0ng") && !text.contains("s3"), "\(text)")
    }
  }

  nonisolated(nonsending) func tableThatComesLater() async throws {
    try await server.run("CREATE TABLE passing (k \(server.textType), v \(server.textType))")
    let set = try await open(server.specification("passing"))
    #expect(try await columns(set, "a") == nil)
    try await server.run("DROP TABLE passing")
    let failure = await set.failure("a")
    #expect("\(failure.error.map { "\($0)" } ?? "")".contains("check table="), "\(failure)")
    try await server.run(
      "CREATE TABLE passing (v INTEGER, k \(server.textType)); INSERT INTO passing VALUES (5, 'a')")
    try await eventually("the new table is read", within: .seconds(2)) {
      (try? await columns(set, "a")) == ["5"]
    }
    try await server.run("DROP TABLE passing")
  }

  nonisolated(nonsending) func endedConnections() async throws {
    let set = try await open(server.specification("kv"))
    for _ in 0..<3 {
      #expect(try await columns(set, "plain") == ["value"])
      try await server.endConnections()
      #expect(try await columns(set, "plain") == ["value"])
    }
  }

  nonisolated(nonsending) func outage() async throws {
    let specification = server.specification("kv")
    let set = try await open(specification)
    #expect(try await columns(set, "plain") == ["value"])
    server.stop()
    for _ in 0..<20 {
      let failure = await set.failure("plain")
      #expect(failure.time < .seconds(1))
      if case .temporary = failure.error {} else { Issue.record("\(failure)") }
    }
    let text = await OpenedSet.refusal(specification) ?? ""
    #expect(text.contains("start the server") && text.contains("127.0.0.1:"), "\(text)")
    let patient = try await OpenedSet.open(specification, softStart: true)
    #expect(patient.startProblem != nil)
    try await server.start()
    try await eventually("it works again", within: .seconds(1)) {
      (try? await columns(set, "plain")) == ["value"]
    }
    try await eventually("the patient one works", within: .seconds(1)) {
      (try? await columns(patient, "plain")) == ["value"]
    }
  }

  nonisolated(nonsending) func silence() async throws {
    let specifications = ["no", "unverified"].map { server.specification("kv", more: "?tls=\($0)") }
    var sets: [any DataSet] = []
    for specification in specifications { sets.append(try await open(specification, timeLimit: 1)) }
    for set in sets { #expect(try await columns(set, "plain") == ["value"]) }
    server.fallSilent(true)
    defer { server.fallSilent(false) }
    await withDiscardingTaskGroup { group in
      // The first lookup has a connection that used to work, the second has none.
      for set in sets {
        group.addTask { for _ in 0..<2 { await expectLate { "\(await set.failure("plain"))" } } }
      }
      for specification in specifications {
        group.addTask { await expectLate { await OpenedSet.refusal(specification, timeLimit: 1) ?? "" } }
      }
    }
    server.fallSilent(false)
    for set in sets {
      try await eventually("it works again", within: .seconds(2)) {
        (try? await columns(set, "plain")) == ["value"]
      }
    }
  }

  /// A failure within a time limit of one second.
  private func expectLate(_ work: () async -> String) async {
    let start = ContinuousClock.now
    let text = await work()
    let time = ContinuousClock.now - start
    #expect(time > .milliseconds(800) && time < .milliseconds(1800), "\(text)")
    #expect(text.contains("in time") || text.contains("no response within 1 s"), "\(text)")
  }

  /// - Parameters:
  ///   - session: a data set that reports whether its connection is encrypted, with `more` at its end.
  ///   - plain: its value if the connection is not encrypted.
  nonisolated(nonsending) func encryption(
    _ session: @Sendable (_ host: String, _ more: String) -> String, key: String, plain: String
  ) async throws {
    func open(_ more: String, host: String = "127.0.0.1") async throws -> String? {
      let set = try await OpenedSet.open(session(host, more), caFile: server.authority.file)
      return try await columns(set, key)?.first ?? nil
    }
    for more in ["?tls=yes", "?tls=unverified", ""] {
      let told = try await open(more)
      #expect(told != nil && told != plain, "\(more)")
    }
    #expect(try await open("?tls=no") == plain)
    #expect(try await open("?tls=unverified", host: "localhost") != plain)
    let name = await OpenedSet.refusal(session("localhost", "?tls=yes"), softStart: true, caFile: server.authority.file)
    // The first text is from newer MariaDB clients.
    let words = ["Hostname verification failed", "certificate"]
    #expect(words.contains { name?.contains($0) == true }, "\(name ?? "")")
    let other = try await TestAuthority(in: try TestFiles.makeFolder("/tmp/dkim-other."))
    defer { TestFiles.removeFolder(other.folder) }
    for file in [other.file, nil] {
      let refusal = await OpenedSet.refusal(session("127.0.0.1", "?tls=yes"), softStart: true, caFile: file)
      #expect(refusal?.contains("certificate") == true, "\(refusal ?? "")")
    }
  }

  /// The tables of a milter in the database.
  private nonisolated(nonsending) func signing(
    _ body: nonisolated(nonsending) (SigningScene, _ keyTable: String, _ signingTable: String) async throws -> Void
  ) async throws {
    try await SigningScene.run { scene in
      let (key, sender) = (scene.keyRow, scene.signingRow)
      let values = [key.name, key.domain, key.selector, key.path].map(server.quoted).joined(separator: ", ")
      try await server.run(
        """
        DROP TABLE IF EXISTS signers; DROP TABLE IF EXISTS senders;
        CREATE TABLE signers (k \(server.textType), d \(server.textType), s \(server.textType), p \(server.textType));
        INSERT INTO signers VALUES (\(values));
        CREATE TABLE senders (k \(server.textType), v \(server.textType));
        INSERT INTO senders VALUES (\(server.quoted(sender.pattern)), \(server.quoted(sender.key)));
        """)
      try await body(
        scene, server.specification("signers", columns: "d,s,p"), server.specification("senders"))
    }
  }

  nonisolated(nonsending) func tablesSign() async throws {
    try await signing { scene, keyTable, signingTable in
      try await scene.expectSigned(keyTable: keyTable, signingTable: signingTable)
    }
  }

  nonisolated(nonsending) func outageUnderMail() async throws {
    try await signing { scene, keyTable, signingTable in
      try await scene.expectOutageIsSurvived(
        keyTable: keyTable, signingTable: signingTable, timeLimit: 1, stop: { server.stop() },
        start: { try await server.start() })
    }
  }

  nonisolated(nonsending) func silenceUnderMail() async throws {
    try await signing { scene, keyTable, signingTable in
      defer { server.fallSilent(false) }
      try await scene.expectOutageIsSurvived(
        keyTable: keyTable, signingTable: signingTable, timeLimit: 1, stop: { server.fallSilent(true) },
        start: { server.fallSilent(false) })
    }
  }

  /// Whether OpenDKIM is installed and its library supports the database.
  static func openDKIMKnows(_ backend: String) -> Bool {
    OpenDKIMQuery.isInstalled && access("/usr/lib/opendbx/lib\(backend)backend.so", R_OK) == 0
  }

  nonisolated(nonsending) func openDKIM() async throws {
    let sets: [(String, [String], Int)] = [
      (server.specification("kv"), ["plain", "absent", "key@example.com", "empty", "colons", "user77@example.com"], 1),
      (server.specification("dkim", key: "id", columns: "domain,selector,key_"), ["1293", "7", "9"], 3),
      (server.specification("dkim", key: "id", columns: "domain", more: "?filter=active=3D1"), ["1293", "7"], 1),
    ]
    for (specification, keys, fields) in sets {
      // OpenDKIM does not decode quoted-printable in passwords.
      let theirs = specification.replacing(login: "plain:plain")
      let set = try await open(specification)
      for key in keys {
        let ours = try await columns(set, key)
        let found = try await OpenDKIMQuery.run(theirs, key, fields: fields)
        #expect(ours?.map { $0 ?? "" } == found, "\(specification) \(key)")
      }
    }
  }
}

extension String {
  /// Returns a specification with another user and password.
  fileprivate func replacing(login: String) -> String {
    guard let start = firstIndex(of: "/"), let end = lastIndex(of: "@") else { return self }
    return self[...start] + "/" + login + self[end...]
  }
}
