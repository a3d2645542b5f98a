import Glibc
import MilterPeer
import MilterTestSupport
import TestSupport
import Testing

@testable import DataSetTestSupport

/// The statistics file of the milter, imported into a database by the program of OpenDKIM.
enum StatisticsImport {
  static let program = "/usr/sbin/opendkim-importstats"
  /// The statements of Debian's opendkim-tools that create the tables.
  static let tables = "/usr/share/doc/opendkim-tools/mkdb.mysql"

  static var canRun: Bool {
    access(program, X_OK) == 0 && access(tables, R_OK) == 0 && DatabaseChecks.openDKIMKnows("mysql")
  }

  /// Sends three messages to the milter and imports what it recorded into MariaDB.
  nonisolated(nonsending) static func check(_ server: MariaDBServer) async throws {
    try await server.run(
      "CREATE DATABASE statistics; USE statistics;\n" + String(decoding: try TestFiles.read(tables), as: UTF8.self)
        + """

        CREATE VIEW imported AS SELECT CONCAT(m.jobid, COALESCE(CONCAT(' ', s.name), '')) AS k, r.name AS reporter,
          f.name AS author, i.addr AS address, m.sigcount AS signatures, m.size AS size, s.pass AS pass,
          s.fail_body AS body, s.siglength AS length, s.sigerror AS error
          FROM messages m JOIN reporters r ON m.reporter = r.id JOIN domains f ON m.from_domain = f.id
          JOIN ipaddrs i ON m.ip = i.id
          LEFT JOIN (SELECT x.*, d.name FROM signatures x JOIN domains d ON x.domain = d.id) s ON s.message = m.id;
        """)
    let folder = try Milter.makeFolder { folder in
      try TestFiles.write(
        Array("sel._domainkey.example.com \(Mail.record(Mail.theirKey))\n".utf8), to: folder + "/records")
    }
    defer { TestFiles.removeFolder(folder) }
    let file = folder + "/stats"
    let setup = MilterSetup(
      "TestPublicKeys \(folder)/records", "Statistics \(file)", "StatisticsName mx.ours.example")
    try await Milter.run(setup, in: folder) { milter in
      let good = try Mail.signed("sel", "example.com", 1)
      var changed = try Mail.signed([("sel", "example.com"), ("none", "example.net")], 2)
      changed.body += Array("appended\r\n".utf8)
      for message in [good, changed, Mail.message(from: "dave@example.org", 3)] {
        let outcome = try await MailSession.deliver(message, to: milter, from: MailSession.outside)
        #expect(outcome.isAccepted)
      }
      milter.process.stop(timeout: .seconds(10))
    }
    let options = "-F -s mysql -h 127.0.0.1 -P \(server.port) -d statistics -u odk -p '\(MariaDBServer.password)'"
    let (output, command) = (folder + "/output", "exec \(program) \(options) < \(file)")
    #expect(try await ChildProcess(["sh", "-c", command], log: output).end(within: .seconds(20)) == 0)
    #expect(String(decoding: try TestFiles.read(output), as: UTF8.self) == "")
    try await expectRows(server)
  }

  /// The body of a message has 30 bytes: "Message N", an empty line and "with some text.".
  private nonisolated(nonsending) static func expectRows(_ server: MariaDBServer) async throws {
    let set = try await OpenedSet.open(
      server.specification(
        "imported", key: "k", columns: "reporter,author,address,signatures,size,pass,body,length,error",
        database: "statistics"))
    let start = ["mx.ours.example", "example.com", "192.0.2.1"]
    let expected: [(key: String, columns: [String?])] = [
      ("4B10001 example.com", start + ["1", "30", "1", "0", "-1", "0"]),
      ("4B10002 example.com", start + ["2", "40", "1", "1", "-1", "28"]),
      ("4B10002 example.net", start + ["2", "40", "0", "0", "-1", "22"]),
      ("4B10003", ["mx.ours.example", "example.org", "192.0.2.1", "0", "0", nil, nil, nil, nil]),
    ]
    for (key, columns) in expected {
      let row = try await set.rows(for: key, all: false).first
      #expect(row?.value == .columns(columns), "\(key)")
    }
  }
}
