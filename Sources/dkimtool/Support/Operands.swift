/// Support for command lines with very many operands.
///
/// The time that the argument parser takes grows with the square of their number. After the last option, all words but
/// the first two must be operands, because an option takes at most one value. These operands bypass the parser.
enum Operands {
  /// Operands that bypassed the parser; they follow those that it parsed.
  @TaskLocal static var further: [String] = []

  private static let enough = 64

  /// Splits off the operands that bypass the parser.
  ///
  /// - Parameter arguments: the arguments of the process, without its name.
  static func split(_ arguments: [String]) -> (parsed: [String], further: [String]) {
    guard arguments.first == "verify" else { return (arguments, []) }
    let lastOption = arguments.lastIndex { $0.hasPrefix("-") && $0 != InputFile.standardInput } ?? 0
    let start = lastOption + 3
    guard arguments.count - start > enough else { return (arguments, []) }
    return (Array(arguments[..<start]), Array(arguments[start...]))
  }
}
