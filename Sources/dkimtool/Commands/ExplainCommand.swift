import ArgumentParser
import DKIMConfiguration
import DKIMCore
import DKIMDiagnostics
import DKIMMilter

/// `dkimtool explain`: shows what the filter does with a message, and the configuration line responsible.
struct ExplainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Show what the filter does with a message, and why.",
    discussion: """
      Reads the filter's configuration and traces a message, or just a sender address, through the filter. Prints each \
      step: "+" a rule applied, "-" a rule did not apply (with rows that almost matched), "." a fact, "!" an error, \
      "=" the result. Each step ends with the setting, file and line. For a message, the verdict follows: the reply, \
      the header fields that are added and removed, and the log lines.

      The client is this host (localhost, 127.0.0.1) by default. Run the command with sudo if only root and \
      the filter can read the keys; otherwise it shows which rows match, but not the signature.

      Exit status: 0 if the trace was printed, 66 if a file cannot be read, 78 if the configuration has errors.

      EXAMPLES
        dkimtool explain --sender alice@example.com
        dkimtool explain --sender alice@example.com \\
          --client-ip 198.51.100.7 --macro auth_type=PLAIN
        dkimtool explain -x ./opendkim.conf --client-ip 198.51.100.7 message.eml
        dkimtool explain --json --sender alice@example.com | jq -r .action
      """
  )

  @Option(
    name: [.customShort("x"), .customLong("config")],
    help: ArgumentHelp("The configuration file. (default: /etc/opendkim.conf if it exists)", valueName: "file"),
    completion: .file())
  var config: String?

  @Option(help: ArgumentHelp("The client's address. (default: 127.0.0.1)", valueName: "ip"), transform: Self.address)
  var clientIP: IPAddress?

  @Option(help: ArgumentHelp("The client's host name, as the MTA reports it.", valueName: "name"))
  var clientName: String?

  @Option(
    help: ArgumentHelp("The author of the message; replaces its From field.", valueName: "address"),
    transform: Self.mailAddress)
  var sender: MailAddress?

  @Option(help: ArgumentHelp("A recipient of the message; may be repeated.", valueName: "address"))
  var recipient: [String] = []

  @Option(
    help: ArgumentHelp("An MTA macro, such as auth_type=PLAIN; may be repeated.", valueName: "name=value"),
    transform: Self.macro)
  var macro: [(name: String, value: String)] = []

  @OptionGroup
  var keySource: KeySourceOptions

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Sign and verify as of this time. (default: now)", valueName: "unixtime"),
    transform: ArgumentParsing.timestamp)
  var at: Timestamp?

  @Flag(help: "Print one JSON object.")
  var json = false

  @Argument(help: "A message; standard input if -.", completion: .file())
  var file: String?

  func validate() throws {
    guard file != nil || sender != nil else {
      throw ValidationError("missing message; give a message file, or the author with --sender")
    }
  }

  func run() async throws {
    try await reportingFailures {
      let configuration = try await ExplainedConfiguration.load(config)
      let message = TracedMessage(
        clientName: clientName, clientAddress: clientIP, sender: sender, recipients: recipient, macros: macro,
        message: try file.map { ParsedMessage(LineEnds.wire(try InputFile.read($0))) }, time: at ?? Clock.now)
      // Without a message, there are no signatures whose keys to look up.
      let keys: (any PublicKeySource)? = try file == nil ? nil : keySource.source(configuration.dns)
      let trace = await message.trace(configuration, keys: keys)
      try Console.write(json ? ExplainReport.json(trace) : Array(ExplainReport.text(trace).utf8))
      return .success
    }
  }

  private static func address(_ text: String) throws -> IPAddress {
    guard let address = IPAddress(text) else {
      throw ValidationError("\"\(text)\" is not an IP address; expected, for example, 192.0.2.1 or 2001:db8::1")
    }
    return address
  }

  private static func mailAddress(_ text: String) throws -> MailAddress {
    do { return try MailAddress(text) } catch { throw ValidationError("\"\(text)\": \(error)") }
  }

  private static func macro(_ text: String) throws -> (name: String, value: String) {
    guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
      throw ValidationError("\"\(text)\" is not a macro; expected NAME=VALUE")
    }
    return (String(text[..<equals]), String(text[text.index(after: equals)...]))
  }
}
