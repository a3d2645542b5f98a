import DKIMConfiguration
import DKIMDataSets
import Glibc

/// The task of `-Q`. The first line of standard input names a data set; each further line is a lookup `KEY/FIELDS`.
///
/// On a terminal, lookups run one by one. Otherwise, all lookups that have arrived run in parallel, which is faster
/// with a remote server; results are printed in the order of the lookups.
struct QueryTask {
  /// The maximum number of lookups that run in parallel.
  static let readAhead = 256

  private let set: any DataSet
  private var input: QueryInput
  private var status = ExitStatus.success

  static func run(_ arguments: MilterArguments) throws(StartFailure) -> ExitStatus {
    let options = try options(arguments)
    var input = QueryInput()
    if input.isTerminal { Terminal.output("enter a data set, such as file:/etc/dkimkeys/keytable\n> ") }
    guard let specification = input.line() else {
      throw StartFailure(.systemError, "standard input ended before the name of a data set")
    }
    var task = QueryTask(set: try open(String(decoding: specification, as: UTF8.self), options), input: input)
    return task.run()
  }

  /// Reads `LDAP…`, `DataSet…`, `SoftStart` and `BaseDirectory` from the configuration file.
  private static func options(_ arguments: MilterArguments) throws(StartFailure) -> DataSetOptions {
    let (settings, problems) = ConfigurationSource(arguments).readFile()
    if let error = problems.first(where: { $0.severity == .error }) {
      throw StartFailure(.configuration, "\(error)")
    }
    var options = settings.dataSetOptions
    options.caseSensitive = true
    return options
  }

  private static func open(
    _ specification: String, _ options: DataSetOptions
  ) throws(StartFailure) -> any DataSet {
    let result = MainThreadExecutor.run { () async -> Result<any DataSet, DataSetOpenError> in
      do throws(DataSetOpenError) {
        return .success(
          try await DataSets.open(
            specification, location: FileLocation(file: "<standard input>", line: 1), options: options, drivers: .all))
      } catch {
        return .failure(error)
      }
    }
    switch result {
    case .success(let set)?: return set
    case .failure(let error)?: throw StartFailure(.software, "\(error)")
    case nil: throw StartFailure(.software, "the data set cannot be opened")
    }
  }

  private mutating func run() -> ExitStatus {
    while true {
      if input.isTerminal { Terminal.output("enter KEY/FIELDS\n> ") }
      guard let first = input.line() else { break }
      var lines = [first]
      while !input.isTerminal, lines.count < Self.readAhead, let next = input.bufferedLine() { lines.append(next) }
      guard answer(lines.filter { !$0.isEmpty }) else { return .usage }
    }
    Terminal.output("\n")
    return status
  }

  /// Runs the lookups and prints the results.
  /// - Returns: false if a line is not a valid lookup; those before it have been processed.
  private mutating func answer(_ lines: [ArraySlice<UInt8>]) -> Bool {
    var queries: [Query] = []
    queries.reserveCapacity(lines.count)
    for line in lines {
      guard let query = Query(line) else { break }
      queries.append(query)
    }
    say(QueryBatch(set: set, queries: queries).answers(), to: queries)
    guard queries.count < lines.count else { return true }
    MilterProgram.report(
      "invalid query '\(String(decoding: lines[queries.count], as: UTF8.self))': expected a key, a slash and the number of fields, such as 'mail/3'"
    )
    return false
  }

  private mutating func say(_ answers: [QueryBatch.Answer], to queries: [Query]) {
    var output: [UInt8] = []
    for (query, answer) in zip(queries, answers) {
      switch answer {
      case .success(let rows): query.say(rows, on: &output)
      case .failure(let error):
        Terminal.output(output)
        output = []
        MilterProgram.report("'\(query.key)': \(error)")
        status = .software
      }
    }
    Terminal.output(output)
  }
}
