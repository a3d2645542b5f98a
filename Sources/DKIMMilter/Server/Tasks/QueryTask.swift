import DKIMConfiguration
import DKIMDataSets
import Glibc

/// `-Q`: the first line of standard input names a data set, the lines behind it are questions `KEY/FIELDS`.
enum QueryTask {
  static func run(_ arguments: MilterArguments) -> ExitStatus {
    let isTerminal = isatty(STDIN_FILENO) != 0
    if isTerminal { Terminal.output("enter a data set, such as file:/etc/dkimkeys/keytable\n> ") }
    guard let specification = readLine() else { return .usage }
    guard let set = open(specification) else { return .software }
    while true {
      if isTerminal { Terminal.output("enter KEY/FIELDS\n> ") }
      guard let line = readLine() else { return .success }
      guard let query = Query(line) else {
        MilterProgram.complain("'\(line)': expected a key, a slash and the number of fields, such as 'mail/3'")
        return .usage
      }
      if let status = answer(query, set) { return status }
    }
  }

  /// One question.
  struct Query: Sendable, Hashable {
    let key: String
    let fields: Int

    /// `nil` where the number is missing; at most as many fields as any table has.
    init?(_ line: String) {
      guard let slash = line.lastIndex(of: "/"), let fields = Int(line[line.index(after: slash)...]),
        (1...100).contains(fields)
      else { return nil }
      key = String(line[..<slash])
      self.fields = fields
    }

    /// `'VALUE'`, `<empty>` or `<absent>`, a field a line.
    func text(of row: DataSetRow) -> String {
      let found = row.fields(fields)
      return (0..<fields).map { index in
        guard index < found.count, let value = found[index] else { return "<absent>\n" }
        return value.isEmpty ? "<empty>\n" : "'\(value)'\n"
      }.joined()
    }
  }

  private static func open(_ specification: String) -> (any DataSet)? {
    let result = MainThreadExecutor.run { () async -> Result<any DataSet, DataSetOpenError> in
      do throws(DataSetOpenError) {
        return .success(
          try await DataSets.open(
            specification, place: SourcePlace(file: "<standard input>", line: 1), drivers: .all))
      } catch {
        return .failure(error)
      }
    }
    switch result {
    case .success(let set)?: return set
    case .failure(let error)?: MilterProgram.complain("\(error)")
    case nil: break
    }
    return nil
  }

  /// `nil`: go on.
  private static func answer(_ query: Query, _ set: any DataSet) -> ExitStatus? {
    let result = MainThreadExecutor.run { () async -> Result<[DataSetRow], DataSetError> in
      do throws(DataSetError) {
        return .success(try await set.rows(for: query.key, all: false))
      } catch {
        return .failure(error)
      }
    }
    switch result {
    case .success(let rows)?:
      if let row = rows.first {
        Terminal.output(query.text(of: row))
      } else {
        MilterProgram.complain("record not found")
      }
      return nil
    case .failure(let error)?:
      MilterProgram.complain("\(error)")
      return .software
    case nil: return .software
    }
  }
}
