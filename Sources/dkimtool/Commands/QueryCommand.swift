import ArgumentParser
import DKIMConfiguration
import DKIMMilter

/// `dkimtool query`: looks up keys in a data set.
struct QueryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "query",
    abstract: "Look up keys in a data set, or list its rows.",
    discussion: """
      DATASET is a data set as in the configuration (file:/etc/dkimkeys/keytable, dsn:pgsql://..., a,b,c), or the \
      name of a setting whose value is a data set, such as KeyTable; the setting is read from the file of -x. The \
      fields of KeyTable and SigningTable are named. An address is looked up in SigningTable in the way the filter \
      does it, and every key that is looked up is shown; the same applies to a host in InternalHosts.

      Prints the location of the row for each key, its fields, and how long the lookup took. KEY/N splits a text value \
      into N fields; a network such as 192.0.2.0/24 is a key. The LDAP* and DataSet* settings of -x also apply to \
      other data sets.

      Exit status: 0 if every key was found, 1 if a key was not found (as with grep), 69 if a server is unavailable, \
      78 if the data set or the configuration is invalid.

      EXAMPLES
        dkimtool query file:/etc/dkimkeys/keytable mail
        dkimtool query refile:/etc/dkimkeys/signingtable alice@example.com/2
        dkimtool query -x /etc/opendkim.conf SigningTable alice@sub.example.com
        dkimtool query --all --json KeyTable
      """
  )

  @Option(
    name: [.customShort("x", allowingJoined: true), .customLong("config")],
    help: ArgumentHelp("The configuration file. (default: /etc/opendkim.conf if it exists)", valueName: "file"),
    completion: .file())
  var config: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Split text values into N fields; keys are then taken literally.", valueName: "n"),
    transform: Self.fieldCount)
  var fields: Int?

  @Flag(help: "List every row, if the kind of data set can: key, value and location.")
  var all = false

  @Flag(help: "Print a JSON object for each key, or for each row with --all.")
  var json = false

  @Argument(help: "A data set, or the name of a setting.", completion: .file())
  var dataset: String

  @Argument(help: "Keys, optionally followed by /N.")
  var key: [String] = []

  func validate() throws {
    if key.isEmpty, !all { throw ValidationError("missing key; give at least one key, or --all") }
    if !key.isEmpty, all { throw ValidationError("--all lists every row; omit the keys") }
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
      throw ValidationError("\"\(text)\" is not a number of fields; expected 1 to \(QueryQuestion.mostFields)")
    }
    return count
  }
}
