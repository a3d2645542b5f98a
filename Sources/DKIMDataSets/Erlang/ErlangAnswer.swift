#if Erlang
  internal import DKIMConfiguration

  /// The result of a function for a key, or for the next row.
  enum ErlangAnswer: Equatable {
    case columns([String?])
    /// `not_found`: there is no such row.
    case absent
    /// `'$end_of_table'`: there are no more rows.
    case end

    private static let maximumColumns = 64

    /// - Parameter call: module, function and arity, for errors.
    init(_ term: ErlangTerm, from call: String) throws(DataSetError) {
      switch term {
      case .atom("not_found"): self = .absent
      case .atom("$end_of_table"): self = .end
      case .tuple(let parts) where parts.count == 2 && parts[0] == .atom("ok"):
        self = .columns(try Self.columns(parts[1], call))
      case .tuple(let parts) where parts.first == .atom("badrpc"): throw Self.failed(parts.last, call)
      case .tuple(let parts) where parts.first == .atom("error"):
        throw .temporary("\(call) returned \(ServerText.shown("\(term)"))")
      default: throw Self.unexpected(term, call)
      }
    }

    /// Each element of a tuple or a list is a column, except that a list of character codes is a single text.
    private static func columns(_ term: ErlangTerm, _ call: String) throws(DataSetError) -> [String?] {
      let elements: [ErlangTerm] =
        switch term {
        case .tuple(let elements): elements
        case .list(let elements) where term.text == nil: elements
        default: [term]
        }
      guard elements.count <= maximumColumns else {
        throw .unusable("\(call) returned \(elements.count) columns; expected at most \(maximumColumns)")
      }
      var columns: [String?] = []
      for element in elements {
        guard let text = element.text else { throw unexpected(element, call) }
        guard text.utf8.count <= StoreLimits.longestValue else {
          throw .unusable(
            "\(call) returned a value of \(text.utf8.count) bytes; expected at most \(StoreLimits.longestValue)")
        }
        columns.append(text)
      }
      return columns
    }

    /// The error for a function that could not be called or that failed.
    private static func failed(_ reason: ErlangTerm?, _ call: String) -> DataSetError {
      if case .tuple(let exit)? = reason, exit.count == 2, case .tuple(let cause) = exit[1],
        cause.first == .atom("undef")
      {
        return .unusable("\(call) cannot be called: the function does not exist; export it from its module")
      }
      return .temporary("\(call) failed: \(ServerText.shown(reason.map { "\($0)" } ?? "no reason given"))")
    }

    private static func unexpected(_ term: ErlangTerm, _ call: String) -> DataSetError {
      .unusable(
        "\(call) returned \(ServerText.shown("\(term)")); expected not_found, or {ok, Value} where Value is a binary, "
          + "an atom, a number, a string, or a tuple or list of these")
    }
  }
#endif
