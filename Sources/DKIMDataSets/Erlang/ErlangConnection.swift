#if Erlang
  internal import DKIMConfiguration

  /// A function on a node, which is called with a key. To list all rows, it is called with `first`, and then with
  /// `{next, Key}` until it returns `'$end_of_table'`.
  final class ErlangConnection: StoreConnection {
    private let link: ErlangLink
    private let name: ErlangName

    init(_ name: ErlangName, _ peers: [ErlangPeer], until deadline: Deadline) throws(DataSetError) {
      self.name = name
      link = try ErlangLink.first(of: peers, cookie: name.cookie, until: deadline)
    }

    /// The function as named in errors.
    private var function: String { "\(link.node): \(name.module):\(name.function)/1" }

    func row(for key: String, until deadline: Deadline) throws(DataSetError) -> DataSetRow? {
      let term = try link.call(name.module, name.function, .binary(Array(key.utf8)), until: deadline)
      switch try ErlangAnswer(term, from: function) {
      case .columns(let columns): return DataSetRow(key: key, value: .columns(columns), location: nil)
      case .absent: return nil
      case .end: throw .unusable("\(function) returned '$end_of_table' for a key; expected not_found")
      }
    }

    func rows(limit: Int, until deadline: Deadline) throws(DataSetError) -> [DataSetRow] {
      var rows: [DataSetRow] = []
      var counter = WalkCounter()
      while rows.count < limit, let row = try row(after: rows.last, until: deadline) {
        guard rows.last.map({ ByteKey($0.key) }) != ByteKey(row.key) else {
          throw .unusable("\(function) returned the same row again for {next, Key}: the list has no end")
        }
        counter.count(row.key)
        if case .columns(let columns)? = row.value { counter.count(columns) }
        guard !counter.isOver else { throw .unusable("\(function): the rows \(WalkCounter.tooMuch)") }
        rows.append(row)
      }
      return rows
    }

    /// Returns the row after another one, or the first row. The first column of a result is the key of the row.
    private func row(after row: DataSetRow?, until deadline: Deadline) throws(DataSetError) -> DataSetRow? {
      let question: ErlangTerm =
        if let row { .tuple([.atom("next"), .binary(Array(row.key.utf8))]) } else { .atom("first") }
      let term = try link.call(name.module, name.function, question, until: deadline)
      if row == nil, Self.isNoQuestion(term) { throw .notWalkable }
      switch try ErlangAnswer(term, from: function) {
      case .end: return nil
      case .columns(let columns):
        guard let key = columns.first ?? nil else {
          throw .unusable("\(function) returned a row without a key; expected {ok, {Key, Column, ...}}")
        }
        return DataSetRow(key: key, value: .columns(Array(columns.dropFirst())), location: nil)
      case .absent: throw .unusable("\(function) returned not_found for {next, Key}; expected '$end_of_table'")
      }
    }

    /// Whether a function cannot list its rows: it has no clause for `first`, or treats it as a missing key.
    private static func isNoQuestion(_ term: ErlangTerm) -> Bool {
      if term == .atom("not_found") { return true }
      guard case .tuple(let parts) = term, parts.count == 2, parts[0] == .atom("badrpc"),
        case .tuple(let exit) = parts[1], exit.count == 2, case .tuple(let cause) = exit[1]
      else { return false }
      return [.atom("function_clause"), .atom("badarg"), .atom("case_clause")].contains(cause.first)
        || exit[1] == .atom("badarg")
    }
  }
#endif
