import DKIMConfiguration

/// The parsed command line.
struct MilterArguments: Sendable, Hashable {
  enum Task: Sendable, Hashable {
    /// Filter mail.
    case serve
    /// `-n`: check the configuration and report problems.
    case check
    /// `-e NAME`: print the value of a setting in the configuration file.
    case printSetting(String)
    /// `-Q`: look up keys from standard input in a data set.
    case query
    /// `-t FILE,...`: evaluate messages.
    case test([String])
    case printVersion
    case help
    /// `--help-config [NAME]`
    case helpConfig(String?)
  }

  /// A setting given by an option, which overrides the configuration file, also after a reload.
  struct Override: Sendable, Hashable {
    let name: String
    let value: String
  }

  var task = Task.serve
  /// `-x`; `nil`: the default file, if it is readable.
  var configurationFile: String?
  /// The overrides in the order of the command line; the last one of a name takes effect.
  var overrides: [Override] = []
  /// How often `-v` was given.
  var verbosity = 0
  /// `-F`: the time of signatures in test mode, seconds since 1970.
  var fixedTime: UInt64?

  /// The option letters in the format of getopt(3).
  static let letters = "Ab:c:d:De:fF:gGk:lL:no:Op:P:qQrs:S:t:T:u:vVWx:X?"

  /// Options whose argument is the value of a setting.
  private static let settings: [Character: String] = [
    "b": Setting.mode.name, "c": Setting.canonicalization.name, "d": Setting.domain.name, "k": Setting.keyFile.name,
    "L": Setting.minimum.name, "o": Setting.omitHeaders.name,
    "p": Setting.socket.name, "P": Setting.pidFile.name, "s": Setting.selector.name,
    "S": Setting.signatureAlgorithm.name, "u": Setting.userID.name,
  ]

  /// Options that turn a setting on or off.
  private static let switches: [Character: (name: String, value: String)] = [
    "A": (Setting.autoRestart.name, "yes"), "D": (Setting.subDomains.name, "yes"), "f": (Setting.background.name, "no"),
    "g": (Setting.checkSigningTable.name, "no"),
    "G": (Setting.checkSigningTable.name, "yes"), "l": (Setting.syslog.name, "yes"),
    "O": (Setting.stdoutLog.name, "yes"),
    "r": (Setting.requiredHeaders.name, "yes"),
    "W": (Setting.logWhy.name, "yes"),
  ]

  /// - Parameter arguments: the arguments without the name of the program.
  init(_ arguments: [String]) throws(Fault) {
    var scanner = OptionScanner(
      arguments, letters: Self.letters,
      names: ["help": .none, "version": .none, "help-config": .none, "check": .none])
    var operands: [String] = []
    do {
      while let item = try scanner.next() {
        switch item {
        case .option(let letter, let value): try apply(letter, value ?? "")
        case .long(let name, _): apply(long: name)
        case .operand(let operand): operands.append(operand)
        }
      }
    } catch let fault as OptionScanner.Fault {
      throw .option(fault)
    } catch let fault as Fault {
      throw fault
    } catch {
      // Not reached: the compiler does not know that only the two types of faults above are thrown.
      throw .helpWanted
    }
    try apply(operands: operands)
  }

  private mutating func apply(_ letter: Character, _ value: String) throws(Fault) {
    if let name = Self.settings[letter] {
      overrides.append(Override(name: name, value: value))
    } else if let (name, value) = Self.switches[letter] {
      overrides.append(Override(name: name, value: value))
    } else {
      try applyOther(letter, value)
    }
  }

  private mutating func applyOther(_ letter: Character, _ value: String) throws(Fault) {
    switch letter {
    case "e": task = .printSetting(value)
    case "F":
      guard let seconds = UInt64(value) else { throw .time(value) }
      fixedTime = seconds
    case "n": task = .check
    case "Q": task = .query
    case "t": task = .test(value.split(separator: ",").map(String.init))
    case "T":
      guard let seconds = Int(value), seconds >= 0 else { throw .timeout(value) }
      overrides.append(Override(name: Setting.dnsTimeout.name, value: String(seconds)))
    case "v": verbosity += 1
    case "V": task = .printVersion
    case "x": configurationFile = value
    // Options of OpenDKIM without effect: deprecated settings (-X) are always accepted, and OpenDKIM lists -q, but does
    // not support it.
    case "X", "q": break
    default: throw .helpWanted
    }
  }

  private mutating func apply(long: String) {
    switch long {
    case "help": task = .help
    case "version": task = .printVersion
    case "help-config": task = .helpConfig(nil)
    default: task = .check
    }
  }

  private mutating func apply(operands: [String]) throws(Fault) {
    guard let first = operands.first else { return }
    switch task {
    case .test(let files): task = .test(files + operands)
    case .helpConfig where operands.count == 1: task = .helpConfig(first)
    default: throw .operand(first)
    }
  }

  enum Fault: Error, Sendable, Hashable {
    case option(OptionScanner.Fault)
    case operand(String)
    case time(String)
    case timeout(String)
    /// `-?`: print the usage text.
    case helpWanted
  }
}

extension MilterArguments.Fault: CustomStringConvertible {
  var description: String {
    switch self {
    case .option(let fault): "\(fault)"
    case .operand(let word): "unexpected argument '\(word)': options begin with '-'"
    case .time(let value): "invalid time value '\(value)': -F takes seconds since 1970"
    case .timeout(let value): "invalid value for -T: '\(value)' is not a number of seconds"
    case .helpWanted: ""
    }
  }
}
