/// Support for command lines with very many operands.
///
/// The time that the argument parser takes grows with the square of their number, so most of them bypass it. Of the
/// words after the last option, the first may be the value of that option, and the second is left to the parser, so
/// that it sees at least one operand. All words after these two are operands.
enum Operands {
  /// Operands that bypassed the parser; they follow those that it parsed.
  @TaskLocal static var further: [String] = []

  /// The number of operands above which they bypass the parser.
  private static let threshold = 64

  /// Splits off the operands that bypass the parser.
  ///
  /// - Parameter arguments: the arguments of the process, without its name.
  static func split(_ arguments: [String]) -> (parsed: [String], further: [String]) {
    guard arguments.first == "verify" else { return (arguments, []) }
    let lastOption = arguments.lastIndex { $0.hasPrefix("-") && $0 != InputFile.standardInput } ?? 0
    let start = lastOption + 3
    guard arguments.count - start > threshold else { return (arguments, []) }
    return (Array(arguments[..<start]), Array(arguments[start...]))
  }
}
