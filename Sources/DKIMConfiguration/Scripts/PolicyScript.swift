/// A Lua script of the administrator that decides about messages, compiled once. Each run has a state of its own.
package protocol PolicyScript: Sendable {
  /// The name of the file without its directory, as errors show it.
  var name: String { get }

  /// Runs the script.
  ///
  /// - Parameters:
  ///   - functions: the functions of the table `odkim`. A script calls them by name, and `call` gets the index.
  ///   - globals: global variables.
  ///   - call: computes the results of a function call; the script waits. An error that it throws is an error of the
  ///     script, at the line of the call.
  /// - Throws: ``PolicyScriptError`` if the script raises an error or exceeds its limits.
  func run(
    functions: [String], globals: [String: ScriptValue],
    call: (_ function: Int, _ arguments: [ScriptValue]) async throws(PolicyScriptError) -> [ScriptValue]
  ) async throws(PolicyScriptError)
}

/// The text of an error: of a script, with its file name and usually the line, or of a function that the script calls,
/// with the name of the function.
package struct PolicyScriptError: Error, Sendable, Hashable, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }
}

/// A value that a script passes to a function, or gets from it.
package enum ScriptValue: Sendable, Hashable {
  case `nil`
  case boolean(Bool)
  case integer(Int)
  case number(Double)
  case text([UInt8])
  /// A number for an object of the milter, such as the message or a signature. A script gets handles from global
  /// variables and function results, and passes them to functions; it cannot make one from a number.
  case handle(Int)
  /// A table whose indices start at 1; only in results, and not within another list.
  case list([ScriptValue])
  /// A table or a function; only in arguments.
  case other

  package static func string(_ text: String) -> ScriptValue { .text(Array(text.utf8)) }
  package static func optional(_ text: String?) -> ScriptValue { text.map(ScriptValue.string) ?? .nil }
}

extension ScriptValue: CustomStringConvertible {
  /// The value for explanations, similar to what a script would contain: texts are not escaped, and long texts and
  /// lists are cut.
  package var description: String {
    switch self {
    case .nil: "nil"
    case .boolean(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .text(let octets): "\"" + String(decoding: octets.prefix(200), as: UTF8.self) + "\""
    case .handle: "<handle>"
    case .list(let values): "{" + values.prefix(20).map(\.description).joined(separator: ", ") + "}"
    case .other: "<table or function>"
    }
  }
}
