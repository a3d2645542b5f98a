import TestSupport
import Testing

@testable import DKIMMilter

@Suite("Server: shell completions", .timeLimit(.minutes(5)))
struct CompletionTests {
  private struct Option: CustomStringConvertible {
    let letter: Character
    let takesValue: Bool
    var description: String { "-\(letter)" }
  }

  /// The options in ``MilterArguments/letters``, which has the format of getopt(3).
  private static let options: [Option] = {
    let letters = Array(MilterArguments.letters)
    return letters.indices.filter { letters[$0] != ":" }.map { index in
      Option(letter: letters[index], takesValue: index + 1 < letters.count && letters[index + 1] == ":")
    }
  }()

  /// The long options in the usage text, without the dashes.
  private static var longNames: Set<String> {
    let words = UsageText.long.split { !$0.isLetter && $0 != "-" }
    return Set(words.filter { $0.hasPrefix("--") && $0.count > 2 }.map { String($0.dropFirst(2)) })
  }

  private static func file(_ shell: String) throws -> String {
    let path = TestFiles.package.appending("Packaging/completions/dkim-milter.\(shell)").string
    return String(decoding: try TestFiles.read(path), as: UTF8.self)
  }

  @Test
  func `the long options are the ones that the program accepts`() throws {
    #expect(Self.longNames == ["check", "help", "help-config", "version"])
    for name in Self.longNames { #expect(throws: Never.self) { try MilterArguments(["--" + name]) } }
  }

  @Test
  func `the usage text and the manual page have every option, and the usage text fits in 80 columns`() throws {
    let page = TestFiles.package.appending("Packaging/man/dkim-milter.8").string
    let manual = String(decoding: try TestFiles.read(page), as: UTF8.self)
    let words = manual.split { $0 == " " || $0 == "\n" }
    for option in Self.options where option.letter != "?" {
      let isInUsage = ["  ", "; ", ", "].contains { UsageText.long.contains($0 + "-\(option.letter)") }
      #expect(isInUsage, "\(option)")
      let isInManual = zip(words, words.dropFirst()).contains { $0.hasSuffix("Fl") && $1 == String(option.letter) }
      #expect(isInManual, "\(option)")
    }
    for line in UsageText.long.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
  }

  @Test
  func `bash completes every option`() async throws {
    let words = Set(try await bash("dkim-milter", "-"))
    #expect(words == Set(Self.options.map { "-\($0.letter)" } + Self.longNames.map { "--" + $0 }))
    #expect(try await bash("opendkim", "--help") == ["--help", "--help-config"])
    // An option is never offered as the value of another option.
    for option in Self.options where option.takesValue {
      #expect(try await bash("dkim-milter", "-\(option.letter)", "-").isEmpty, "\(option)")
    }
  }

  @Test
  func `zsh has every option with a description, and a value where the option takes one`() throws {
    let lines = try Self.file("zsh").split(separator: "\n").map { $0.drop { $0 == " " } }
    for option in Self.options {
      let letter = option.letter == "?" ? "\\?" : String(option.letter)
      let line = try #require(
        lines.first { $0.hasPrefix("'-\(letter)\(option.takesValue ? "+" : "")[") || $0.hasPrefix("'*-\(letter)[") },
        "\(option)")
      #expect(line.contains("]:") == option.takesValue, "\(option)")
    }
    for name in Self.longNames { #expect(lines.contains { $0.hasPrefix("'--\(name)[") }, "\(name)") }
    #expect(try Self.file("zsh").hasPrefix("#compdef dkim-milter opendkim\n"))
  }

  @Test
  func `fish has every option with a description, and a value where the option takes one`() throws {
    let lines = try Self.file("fish").replacing("\\\n", with: "").split(separator: "\n")
    for option in Self.options {
      let name = option.letter == "?" ? "'?'" : String(option.letter)
      let line = try #require(lines.first { $0.contains("complete -c $program -s \(name) ") }, "\(option)")
      #expect((line.contains(" -x ") || line.contains(" -r ")) == option.takesValue, "\(option)")
      #expect(line.contains(" -d "), "\(option)")
    }
    for name in Self.longNames { #expect(lines.contains { $0.contains("$program -l \(name) -d ") }, "\(name)") }
    #expect(try Self.file("fish").contains("for program in dkim-milter opendkim\n"))
  }

  @Test(arguments: [
    (["-b", ""], ["s", "v", "sv"]), (["-fb", "s"], ["s", "sv"]), (["-S", "e"], ["ed25519-sha256"]),
    (["-c", "r"], ["relaxed/simple", "relaxed/relaxed"]),
    (["-c", ""], ["simple/simple", "simple/relaxed", "relaxed/simple", "relaxed/relaxed"]),
    (["-p", "i"], ["inet:", "inet6:"]), (["-d", ""], []), (["-p", "inet", ":", ""], []),
    (["-x", "with"], ["with space.conf"]), (["-k", "m"], ["message.eml"]), (["-P", "m"], ["message.eml"]),
    (["-t", "m"], ["message.eml"]), (["-t", "a", "m"], ["message.eml"]), (["m"], []),
  ])
  func `bash completes values`(words: [String], expected: [String]) async throws {
    #expect(try await bash("dkim-milter", words) == expected)
  }

  @Test(arguments: ["-e", "-ve", "--help-config"])
  func `bash completes the names of settings, as the program lists them`(option: String) async throws {
    #expect(try await bash(MilterBinary.path, option, "LogR") == ["LogResults"])
    #expect(try await bash(MilterBinary.path, option, "On-D").sorted() == ["On-DNSError", "On-Default"])
    #expect(try await bash(MilterBinary.path, option, "").count > 150)
    #expect(try await bash("/nonexistent/dkim-milter", option, "LogR").isEmpty)
  }

  private func bash(_ words: String...) async throws -> [String] {
    try await bash(words[0], Array(words.dropFirst()))
  }

  /// The completions that bash offers for the last of the words, in a directory with two files.
  private func bash(_ program: String, _ words: [String]) async throws -> [String] {
    let folder = try MilterFolder()
    for name in ["message.eml", "with space.conf"] { try folder.write("", to: name) }
    let script = """
      source "$0" && cd "$1" && shift
      COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
      _dkim_milter
      [ ${#COMPREPLY[@]} -eq 0 ] || printf '%s\\n' "${COMPREPLY[@]}"
      """
    let completions = TestFiles.package.appending("Packaging/completions/dkim-milter.bash").string
    let process = try ChildProcess(
      ["bash", "-c", script, completions, folder.path, program] + words, log: folder.file("output"))
    #expect(try await process.end() == 0)
    return folder.read("output").split(separator: "\n").map(String.init)
  }
}
