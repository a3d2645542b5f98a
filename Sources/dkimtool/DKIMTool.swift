import ArgumentParser

/// The command and its subcommands, one file each in Commands/.
@main
struct DKIMTool: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dkimtool",
    abstract: "Sign and verify mail with DKIM, make keys, check what is published, explain what a filter does.",
    discussion: """
      EXAMPLES
        dkimtool genkey -d example.com -s 2026
        dkimtool sign -d example.com -s 2026 -k 2026.private < message.eml > signed.eml
        dkimtool verify signed.eml
        dkimtool testkey -d example.com -s 2026 -k 2026.private -v
        dkimtool explain --sender alice@example.com
      """,
    version: Product.version,
    subcommands: [SignCommand.self, VerifyCommand.self, GenKeyCommand.self, TestKeyCommand.self, ExplainCommand.self]
  )

  static func main() async {
    let (arguments, further) = Operands.split(Array(CommandLine.arguments.dropFirst()))
    await Operands.$further.withValue(further) { await main(arguments) }
  }
}

/// What the programs say of themselves.
enum Product {
  static let version = "0.1.0"
}
