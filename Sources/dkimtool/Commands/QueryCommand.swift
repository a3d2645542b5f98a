import ArgumentParser
import DKIMConfiguration

/// `dkimtool query`: what a data set has for a key.
struct QueryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "query",
    abstract: "Look keys up in a data set, or list what it holds.",
    discussion: """
      DATASET is a data set as in the configuration (file:/etc/dkimkeys/keytable, dsn:pgsql://..., a,b,c), or the \
      name of a setting that has one, such as KeyTable; the setting is read from the file of -x. Of KeyTable and \
      SigningTable the fields are named; an address is looked up in SigningTable as the filter does it, and every \
      spelling that it asks for is shown, a host in InternalHosts likewise.

      Prints for each key where the row stands, its fields, and how long it took. KEY/N cuts a text into N fields; a \
      network such as 192.0.2.0/24 is a key. -x also brings the LDAP... and DataSet... settings to other data sets.

      Ends with 0 where every key was found and with 1 where one was not, as grep does; with 69 where a server is \
      down, with 78 where the data set or the configuration is wrong.

      EXAMPLES
        dkimtool query file:/etc/dkimkeys/keytable mail
        dkimtool query refile:/etc/dkimkeys/signingtable alice@example.com/2
        dkimtool query -x /etc/opendkim.conf SigningTable alice@sub.example.com
        dkimtool query --all --json KeyTable
      """
  )

  @Option(
    name: [.customShort("x", allowingJoined: true), .customLong("config")],
    help: ArgumentHelp("The configuration file. (default: /etc/opendkim.conf, where there is one)", valueName: "file"),
    completion: .file())
  var config: String?

  @Option(
    help: ArgumentHelp("Cut texts into so many fields; every KEY is then taken as it stands.", valueName: "n"),
    transform: Self.fieldCount)
  var fields: Int?

  @Flag(help: "List every row, as far as the kind can: key, value and place on a line.")
  var all = false

  @Flag(help: "Print a JSON object for each key, or for each row with --all.")
  var json = false

  @Argument(help: "A data set, or the name of a setting.", completion: .file())
  var dataset: String

  @Argument(help: "Keys, each with /N behind it or not.")
  var key: [String] = []

  func validate() throws {
    if key.isEmpty, !all { throw ValidationError("a key is needed, or --all") }
    if !key.isEmpty, all { throw ValidationError("--all lists every row: leave out the keys") }
  }

  func run() async throws {
    try await reportingFailures {
      let target = try await QueryTarget.open(dataset, config: config)
      return all ? try await list(target) : try await ask(target)
    }
  }

  private func ask(_ target: QueryTarget) async throws -> ExitStatus {
    var status = ExitStatus.success
    for text in key {
      let question = fields.map { QueryQuestion(key: text, fields: $0) } ?? QueryQuestion(text)
      let answer = await QueryAnswer(to: question, from: target)
      try Console.write(json ? QueryReport.json(answer) : Array(QueryReport.text(answer).utf8))
      if let error = answer.error {
        status = error.status
      } else if !answer.isFound, status == .success {
        status = .failure
      }
    }
    return status
  }

  private func list(_ target: QueryTarget) async throws -> ExitStatus {
    let rows: [DataSetRow]
    do throws(DataSetError) {
      rows = try await target.set.allRows()
    } catch {
      throw error.failure(of: target.set)
    }
    var output: [UInt8] = []
    for row in rows {
      let shown = QueryAnswer.Row(row, fields, target.labels)
      output += json ? QueryReport.json(shown) : Array(QueryReport.text(shown).utf8)
      if output.count > 1 << 16 {
        try Console.write(output)
        output = []
      }
    }
    try Console.write(output)
    return rows.isEmpty ? .failure : .success
  }

  private static func fieldCount(_ text: String) throws -> Int {
    guard let count = Int(text), (1...QueryQuestion.mostFields).contains(count) else {
      throw ValidationError("\"\(text)\" is no number of fields; expected 1 to \(QueryQuestion.mostFields)")
    }
    return count
  }
}
