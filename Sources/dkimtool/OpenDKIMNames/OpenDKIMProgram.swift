import DKIMMilter

/// A program of OpenDKIM that this command replaces when it is run under its name, usually through a symbolic link.
enum OpenDKIMProgram: String, CaseIterable {
  case genkey = "opendkim-genkey"
  case testkey = "opendkim-testkey"
  case testmsg = "opendkim-testmsg"
  case genzone = "opendkim-genzone"
  case atpszone = "opendkim-atpszone"

  /// The program that this process was run as; `nil` for any other name.
  static let invoked = CommandLine.arguments.first.flatMap { OpenDKIMProgram(rawValue: baseName($0)) }

  /// Runs the program and reports why it failed.
  ///
  /// - Parameter arguments: the arguments of the process, without its name.
  /// - Returns: the exit status.
  func run(_ arguments: [String]) async -> Int32 {
    do {
      return try await perform(arguments)
    } catch let end as ProgramEnd {
      for line in end.lines { Console.writeError(line) }
      return end.status
    } catch let failure as CommandFailure {
      Console.report(failure.message)
      return failure.status.rawValue
    } catch {
      Console.report("\(error)")
      return ExitStatus.failure.rawValue
    }
  }

  private func perform(_ arguments: [String]) async throws -> Int32 {
    switch self {
    case .genkey: try GenKeyProgram(arguments).run()
    case .testkey: try await TestKeyProgram(arguments).run()
    case .testmsg: try await TestMessageProgram(arguments).run()
    case .genzone: try await GenZoneProgram(arguments).run()
    case .atpszone: try await ATPSZoneProgram(arguments).run()
    }
  }

  private static func baseName(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }
}

/// The exit of one of these programs, with lines for standard error.
struct ProgramEnd: Error {
  let status: Int32
  /// Complete lines; messages begin with the name of the program.
  let lines: [String]

  init(_ status: Int32, lines: [String]) {
    self.status = status
    self.lines = lines
  }

  /// - Parameter message: what follows the name of the program.
  init(_ status: Int32, _ message: String) {
    self.init(status, lines: [Console.programName + ": " + message])
  }
}

/// The command line of a program that uses getopt(3).
struct GetoptArguments {
  /// The options in their order, each with its value.
  private(set) var options: [(letter: Character, value: String?)] = []
  private(set) var longOptions: [(name: String, value: String?)] = []
  private(set) var operands: [String] = []

  /// - Parameters:
  ///   - letters: the short options, in the format of getopt(3).
  ///   - names: long options that only this implementation has; each takes a value.
  ///   - usage: the lines after the usage line.
  /// - Throws: `ProgramEnd` with getopt's message and the usage.
  init(
    _ arguments: [String], letters: String, names: [String] = [], usage: ProgramUsage
  ) throws {
    let known = Dictionary(uniqueKeysWithValues: names.map { ($0, OptionScanner.Value.required) })
    var scanner = OptionScanner(arguments, letters: letters, names: known)
    do throws(OptionScanner.Fault) {
      while let item = try scanner.next() {
        switch item {
        case .option(let letter, let value): options.append((letter, value))
        case .long(let name, let value): longOptions.append((name, value))
        case .operand(let word): operands.append(word)
        }
      }
    } catch {
      throw usage.end(after: Self.message(error))
    }
  }

  /// Returns the value of the last option with this letter.
  func value(_ letter: Character) -> String? { options.last { $0.letter == letter }?.value }

  func count(_ letter: Character) -> Int { options.count { $0.letter == letter } }

  func has(_ letter: Character) -> Bool { count(letter) > 0 }

  /// Returns the values of a long option.
  func values(_ name: String) -> [String] { longOptions.filter { $0.name == name }.compactMap(\.value) }

  /// Returns getopt's message for an error. It begins with the name that the process was called by, not its base name.
  private static func message(_ fault: OptionScanner.Fault) -> String {
    let name = CommandLine.arguments.first ?? Console.programName
    return switch fault {
    case .unknownOption(let letter): "\(name): invalid option -- '\(letter)'"
    case .unknownLongOption: "\(name): invalid option -- '-'"
    case .valueMissing(let option) where option.hasPrefix("--"): "\(name): option '\(option)' requires an argument"
    case .valueMissing(let option): "\(name): option requires an argument -- '\(option.dropFirst())'"
    case .valueUnexpected(let option): "\(name): option '\(option)' doesn't allow an argument"
    }
  }
}

/// The usage message of one of these programs, printed if its command line is invalid.
struct ProgramUsage {
  let status: ExitStatus
  /// What follows `usage: NAME `.
  let summary: String
  let lines: [String]

  /// Returns the exit with the usage message.
  ///
  /// - Parameter message: a complete line to print first.
  func end(after message: String? = nil) -> ProgramEnd {
    let name = Console.programName
    return ProgramEnd(
      status.rawValue, lines: (message.map { [$0] } ?? []) + ["\(name): usage: \(name) \(summary)"] + lines)
  }
}
