import DKIMConfiguration
import DKIMCore
import Glibc
import SystemPackage

/// Measures tables: `dkim-bench tables DIRECTORY` writes them into a directory and prints one line per measurement.
enum TableBench {
  static func run(in folder: String) async throws {
    try await files(folder)
    try await patterns(folder)
  }

  /// Measures a SigningTable and a KeyTable with 100,000 rows each, in files.
  private static func files(_ folder: String) async throws {
    let count = 100_000
    let keys = folder + "/keys"
    let signing = folder + "/signing"
    try write(
      (0..<count).map { "key\($0) domain\($0).example:sel:/etc/dkimkeys/domain\($0).example/key.private" }, keys)
    try write((0..<count).map { "domain\($0).example key\($0)" }, signing)
    var start = seconds()
    let keySet = try await DataSets.open("file:" + keys, location: nil, options: DataSetOptions(caseSensitive: true))
    let keyTable = KeyTable(keySet)
    print("load a KeyTable of \(count) rows: \(milliseconds(since: start)) ms")
    start = seconds()
    let signingTable = SigningTable(try await DataSets.open("file:" + signing, location: nil))
    print("load a SigningTable of \(count) rows: \(milliseconds(since: start)) ms")
    start = seconds()
    let problems = await signingTable.problems(against: keyTable)
    print("compare both tables: \(milliseconds(since: start)) ms, \(problems.count) problems")
    start = seconds()
    let own = await keyTable.problems().count + signingTable.problems().count
    print("check each table: \(milliseconds(since: start)) ms, \(own) problems")
    try await lookUps("SigningTable and KeyTable in files of \(count) rows", 200_000) { number in
      let domain = try DomainName("domain\(number % count).example")
      let sender = MailAddress(localPart: "alice", domain: domain)
      guard let match = try await signingTable.matches(for: sender, all: false).first,
        try await keyTable.entry(named: match.keyName, senderDomain: domain) != nil
      else { throw BenchError.refused("no row") }
    }
  }

  /// Measures 10,000 patterns of each kind.
  private static func patterns(_ folder: String) async throws {
    let count = 10_000
    let sorts: [(name: String, pattern: (Int) -> String)] = [
      ("*@DOMAIN", { "*@domain\($0).example" }), ("USER@*", { "user\($0)@*" }),
      ("USER*@DOMAIN, one domain", { "user\($0)*@example.com" }), ("*@*.DOMAIN", { "*@*.domain\($0).example" }),
      ("(a|b)@DOMAIN", { "(alice|bob|user)[0-9]*@(mail.)?domain\($0).example" }),
    ]
    for sort in sorts {
      let path = folder + "/patterns"
      try write((0..<count).map { sort.pattern($0) + " key\($0)" }, path)
      let start = seconds()
      let table = SigningTable(try await DataSets.open("refile:" + path, location: nil))
      print("load \(count) patterns \(sort.name): \(milliseconds(since: start)) ms")
      for all in [false, true] {
        try await lookUps("\(count) patterns \(sort.name)\(all ? ", all matches" : "")", 100_000) { number in
          let domain = try DomainName(number % 4 == 3 ? "example.com" : "domain\(number % count).example")
          _ = try await table.matches(for: MailAddress(localPart: "user\(number % count)", domain: domain), all: all)
        }
      }
    }
  }

  private static func lookUps(_ name: String, _ count: Int, _ once: (Int) async throws -> Void) async throws {
    let start = seconds()
    for number in 0..<count { try await once(number &* 7919) }
    let nanoseconds = (seconds() - start) / Double(count) * 1e9
    print("\(name): \(Int(nanoseconds)) ns per lookup")
  }

  private static func write(_ lines: [String], _ path: String) throws {
    let file = try FileDescriptor.open(
      FilePath(path), .writeOnly, options: [.create, .truncate], permissions: .ownerReadWrite)
    try file.closeAfter { _ = try file.writeAll(lines.joined(separator: "\n").utf8) }
  }

  private static func seconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  private static func milliseconds(since start: Double) -> Int { Int((seconds() - start) * 1000) }
}

/// Runs the measurements in a task. The other measurements do not use tasks, so the program as a whole is not
/// asynchronous.
func measureTables(_ folder: String) -> Never {
  Task.detached {
    do {
      try await TableBench.run(in: folder)
      exit(0)
    } catch {
      fail("\(error)")
    }
  }
  while true { pause() }
}
