/// The operands of a command line with very many of them.
///
/// The argument parser takes time with the square of their number. Behind the last option, all but the first
/// two words can be nothing but operands (an option takes at most one value); these go around the parser.
enum Operands {
  /// Operands that the parser did not see; they come behind those it saw.
  @TaskLocal static var further: [String] = []

  private static let enough = 64

  /// - Parameter arguments: those of the process, without its name.
  static func split(_ arguments: [String]) -> (parsed: [String], further: [String]) {
    guard arguments.first == "verify" else { return (arguments, []) }
    let lastOption = arguments.lastIndex { $0.hasPrefix("-") && $0 != InputFile.standardInput } ?? 0
    let start = lastOption + 3
    guard arguments.count - start > enough else { return (arguments, []) }
    return (Array(arguments[..<start]), Array(arguments[start...]))
  }
}
