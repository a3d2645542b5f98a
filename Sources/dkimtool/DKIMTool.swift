import ArgumentParser
import DKIMConfiguration
import DKIMMilter
import Glibc

/// The command and its subcommands, one file each in Commands/.
@main
struct DKIMTool: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dkimtool",
    abstract: "Sign and verify mail with DKIM, manage keys, query data sets, explain what the filter does.",
    discussion: """
      EXAMPLES
        dkimtool genkey -d example.com -s 2026
        dkimtool sign -d example.com -s 2026 -k 2026.private message.eml > signed.eml
        dkimtool verify signed.eml
        dkimtool testkey -d example.com -s 2026 -k 2026.private -v
        dkimtool testkey -x /etc/opendkim.conf
        dkimtool genzone -x /etc/opendkim.conf -F
        dkimtool query -x /etc/opendkim.conf SigningTable alice@example.com
        dkimtool explain --sender alice@example.com
      """,
    version: Product.version,
    subcommands: [
      SignCommand.self, VerifyCommand.self, GenKeyCommand.self, TestKeyCommand.self, GenZoneCommand.self,
      QueryCommand.self, ExplainCommand.self,
    ]
  )

  static func main() async {
    StandardDescriptors.openMissing()
    QuietDispatch.begin()
    if let program = OpenDKIMProgram.invoked {
      Glibc.exit(await program.run(Array(CommandLine.arguments.dropFirst())))
    }
    let (arguments, further) = Operands.split(Array(CommandLine.arguments.dropFirst()))
    await Operands.$further.withValue(further) {
      await FileRights.$isCommand.withValue(true) { await run(arguments) }
    }
  }

  /// Parses and runs a command line. The parser's errors begin with the name of the program, like all other errors.
  private static func run(_ arguments: [String]) async {
    do {
      var command = try parseAsRoot(arguments)
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch {
      let code = exitCode(for: error)
      // Help or a completion script was requested.
      guard code != .success else { exit(withError: error) }
      let text = fullMessage(for: error)
      let label = "Error: "
      if text.hasPrefix(label) {
        Console.report(String(text.dropFirst(label.count)))
      } else if !text.isEmpty {
        Console.writeError(text)
      }
      Glibc.exit(code.rawValue)
    }
  }
}
