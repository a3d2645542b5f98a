import ArgumentParser
import DKIMConfiguration
import DKIMCore
import DKIMMilter

/// `dkimtool explain`: what the filter does with a message, and by which line of which file.
struct ExplainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Say what the filter does with a message, and why.",
    discussion: """
      Reads the filter's configuration and goes the filter's way with a message, or with one that only has a \
      sender. Prints each step: "+" a rule applied, "-" it did not (with rows that nearly did), "." a fact, \
      "!" something failed, "=" what came of it; behind it the setting, the file and the line. With a message the \
      verdict follows: the reply, the header fields that go in and out, the lines of the log.

      The client is this machine (localhost, 127.0.0.1) unless you say otherwise. Run it as root where only root \
      and the filter can read the keys.

      Ends with 0, with 78 where the configuration has errors, with 66 where a file cannot be read.

      EXAMPLES
        dkimtool explain --sender alice@example.com
        dkimtool explain --sender alice@example.com --client-ip 198.51.100.7 --macro auth_type=PLAIN
        dkimtool explain -x ./opendkim.conf --client-ip 198.51.100.7 message.eml
        dkimtool explain --json --sender alice@example.com | jq -r .course
      """
  )

  @Option(
    name: [.customShort("x"), .customLong("config")],
    help: ArgumentHelp("The configuration file. (default: /etc/opendkim.conf, where there is one)", valueName: "file"),
    completion: .file())
  var config: String?

  @Option(help: ArgumentHelp("The client's address. (default: 127.0.0.1)", valueName: "ip"), transform: Self.address)
  var clientIP: IPAddress?

  @Option(help: ArgumentHelp("The client's name, as the MTA knows it.", valueName: "name"))
  var clientName: String?

  @Option(
    help: ArgumentHelp("Who the message is from; stands in place of its From field.", valueName: "address"),
    transform: Self.mailAddress)
  var sender: MailAddress?

  @Option(help: ArgumentHelp("Who the message is for; repeat it for more.", valueName: "address"))
  var recipient: [String] = []

  @Option(
    help: ArgumentHelp("What the MTA tells, such as auth_type=PLAIN; repeat it for more.", valueName: "name=value"),
    transform: Self.macro)
  var macro: [(name: String, value: String)] = []

  @OptionGroup
  var keySource: KeySourceOptions

  @Option(
    help: ArgumentHelp("Sign and verify as of this time. (default: now)", valueName: "unixtime"),
    transform: ArgumentParsing.timestamp)
  var at: Timestamp?

  @Flag(help: "Print one JSON object.")
  var json = false

  @Argument(help: "A message; standard input where it is -.", completion: .file())
  var file: String?

  func validate() throws {
    guard file != nil || sender != nil else {
      throw ValidationError("a message is needed, or --sender and what the message would be from")
    }
  }

  func run() async throws {
    try await reportingFailures {
      let configuration = try await ExplainedConfiguration.load(config)
      let question = ExplainedQuestion(
        clientName: clientName, clientAddress: clientIP, sender: sender, recipients: recipient, macros: macro,
        message: try file.map { LineEnds.wire(try InputFile.read($0)) }, time: at ?? Clock.now)
      let keys = try ExplainedConfiguration.keys(keySource, configuration, isNeeded: file != nil)
      let answer = await question.ask(configuration, keys: keys)
      try Console.write(json ? ExplainReport.json(answer) : Array(ExplainReport.text(answer).utf8))
      return .success
    }
  }

  private static func address(_ text: String) throws -> IPAddress {
    guard let address = IPAddress(text) else {
      throw ValidationError("\"\(text)\" is no IP address; expected one such as 192.0.2.1 or 2001:db8::1")
    }
    return address
  }

  private static func mailAddress(_ text: String) throws -> MailAddress {
    do { return try MailAddress(text) } catch { throw ValidationError("\"\(text)\": \(error)") }
  }

  private static func macro(_ text: String) throws -> (name: String, value: String) {
    guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
      throw ValidationError("\"\(text)\" is no macro; expected NAME=VALUE")
    }
    return (String(text[..<equals]), String(text[text.index(after: equals)...]))
  }
}
