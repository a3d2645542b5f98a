#if Erlang
  /// An Erlang term.
  indirect enum ErlangTerm: Sendable, Hashable {
    case atom(String)
    case integer(Int64)
    case float(Double)
    case binary([UInt8])
    case tuple([ErlangTerm])
    /// A list. A list of small numbers that was sent as a string is also a list of numbers.
    case list([ErlangTerm])
    case process(ErlangProcess)
    /// Any other term, in the notation of Erlang.
    case other(String)
  }

  /// A process identifier.
  struct ErlangProcess: Sendable, Hashable {
    let node: String
    let number: UInt32
    let serial: UInt32
    let creation: UInt32
  }

  extension ErlangTerm {
    /// The text for a column: a binary, an atom, a number, or a list of characters; `nil` for anything else.
    var text: String? {
      switch self {
      case .atom(let name): name
      case .integer(let number): String(number)
      case .float(let number): String(number)
      case .binary(let bytes): String(decoding: bytes, as: UTF8.self)
      case .list(let characters): Self.text(of: characters)
      case .tuple, .process, .other: nil
      }
    }

    /// Returns the text of a list of characters; `nil` if it contains anything else.
    private static func text(of characters: [ErlangTerm]) -> String? {
      var text = ""
      for character in characters {
        guard case .integer(let number) = character, let code = UInt32(exactly: number),
          let scalar = Unicode.Scalar(code)
        else { return nil }
        text.unicodeScalars.append(scalar)
      }
      return text
    }
  }

  extension ErlangTerm: CustomStringConvertible {
    /// The term in the notation of Erlang.
    var description: String {
      switch self {
      case .atom(let name): name
      case .integer(let number): String(number)
      case .float(let number): String(number)
      case .binary(let bytes): "<<\"\(String(decoding: bytes, as: UTF8.self))\">>"
      case .tuple(let elements): "{\(elements.map(\.description).joined(separator: ","))}"
      case .list(let elements):
        if !elements.isEmpty, let text {
          "\"\(text)\""
        } else {
          "[\(elements.map(\.description).joined(separator: ","))]"
        }
      case .process(let process): "<\(process.node).\(process.number).\(process.serial)>"
      case .other(let text): text
      }
    }
  }
#endif
