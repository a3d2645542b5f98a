import ArgumentParser
import Testing

@testable import dkimtool

/// Tests that examples of `--help` can be copied from a terminal with 80 columns and run.
@Suite("Help")
struct HelpTests {
  private static let commands: [any ParsableCommand.Type] = [DKIMTool.self] + DKIMTool.configuration.subcommands

  @Test(arguments: commands.map { $0._commandName })
  func `every example is printed as it is written, with 80 columns`(name: String) throws {
    let command = try #require(Self.commands.first { $0._commandName == name })
    let run = try ToolFolder().run("COLUMNS=80 dkimtool \(name == "dkimtool" ? "" : name) --help")
    #expect(run.status == 0)
    let written = Self.examples(in: command.configuration.discussion)
    let printed = Self.examples(in: run.text)
    #expect(!written.isEmpty)
    #expect(printed == written)
    for line in run.lines { #expect(line.count <= 80 || !line.hasPrefix("  "), "\(line)") }
  }

  @Test(arguments: commands.map { $0._commandName })
  func `every example is a complete command that the parser accepts`(name: String) throws {
    let command = try #require(Self.commands.first { $0._commandName == name })
    for example in Self.examples(in: command.configuration.discussion) {
      let syntax = try ToolFolder().run("sh -n <<'END'\n\(example)\nEND")
      #expect(syntax.status == 0 && syntax.errors.isEmpty, "\(example)")
      let words = try Self.words(of: example)
      #expect(words.first == "dkimtool", "\(example)")
      #expect(throws: Never.self, "\(example)") { _ = try DKIMTool.parseAsRoot(Array(words.dropFirst())) }
    }
  }

  /// The commands under EXAMPLES: each line that begins with the name of the program, and the lines that continue it.
  private static func examples(in text: String) -> [String] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      .drop { $0 != "EXAMPLES" }.dropFirst().prefix { !$0.isEmpty }
    var examples: [String] = []
    for line in lines {
      if line.hasPrefix("  dkimtool ") {
        examples.append(String(line.dropFirst(2)))
      } else if let last = examples.last {
        examples[examples.count - 1] = last + "\n" + line
      } else {
        examples.append(String(line))
      }
    }
    return examples
  }

  /// Returns the words that the shell passes to the first program of a command.
  private static func words(of example: String) throws -> [String] {
    let folder = try ToolFolder()
    try folder.write("message.eml", "")
    let programs = "dkimtool() { printf '%s\\n' dkimtool \"$@\" >&2; }; jq() { :; }; nsupdate() { :; }"
    let run = try folder.run("\(programs)\n\(example)")
    return run.errorText.split(separator: "\n").map(String.init)
  }
}
