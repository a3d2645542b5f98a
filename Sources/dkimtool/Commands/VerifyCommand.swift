import ArgumentParser
import DKIMCore
import DKIMDiagnostics
import DKIMDNS
import Glibc

/// `dkimtool verify`: verifies the signatures of messages.
struct VerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Verify the signatures of messages.",
    discussion: """
      Prints one line for each signature: the result, domain, selector, algorithm, key size, and the part of the \
      message that is signed. A failed signature is followed by the reason. For a directory, all files in it are \
      verified (for a Maildir, the files in new/ and cur/). A file that begins with "From " is an mbox; its messages \
      are named FILE:N. A file that contains no CRLF is treated as a Unix text file: its line endings are read as \
      CRLF. Any other file is read without changing a byte.

      Exit status: 0 if every message has a signature that passes, 1 if a message has none, 75 if every failure was \
      temporary, 66 if a file cannot be read.

      EXAMPLES
        dkimtool verify message.eml
        dkimtool verify --nameserver 127.0.0.1@5353 < message.eml
        dkimtool verify --keys keys.txt --json ~/Maildir | jq .
      """
  )

  @Flag(help: "Print one JSON object per message, each on its own line.")
  var json = false

  @OptionGroup
  var keySource: KeySourceOptions

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Verify as of this time. (default: now)", valueName: "unixtime"),
    transform: ArgumentParsing.timestamp)
  var at: Timestamp?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Number of messages verified at the same time. (default: by processors)", valueName: "n"),
    transform: ArgumentParsing.jobs)
  var jobs: Int?

  @Flag(help: "Find out what happened to failed messages also for several messages and with --json.")
  var explain = false

  @Flag(
    help: "Fail on points that the RFCs leave to the verifier: text past l=, unsigned From fields, t= in the future.")
  var strict = false

  @Argument(help: "Messages, directories, mboxes; standard input if - or omitted.", completion: .file())
  var file: [String] = []

  func validate() throws {
    guard
      keySource.keys != InputFile.standardInput
        || !file.isEmpty && !(file + Operands.further).contains(InputFile.standardInput)
    else {
      throw ValidationError("keys and a message cannot both be read from standard input")
    }
  }

  func run() async throws {
    try await reportingFailures {
      let lookup = try keySource.lookup()
      let files = file + Operands.further
      let paths = MessagePaths.expand(files.isEmpty ? [InputFile.standardInput] : files)
      let verifier = Verifier(policy: policy)
      let context = VerificationContext(verifier: verifier, keys: lookup.source, time: at ?? Clock.now)
      let run = VerificationRun(
        context: context, explains: explain || !json && paths.count == 1,
        format: json ? .json : .text(TextReport(usesColor: Console.usesColor)))
      let tally = try await run.verify(
        MessageSource(paths), jobs: jobs ?? Self.defaultJobs(lookup),
        output: OrderedOutput(progress: ProgressBar(total: paths.count)))
      if tally.total > 1 { Console.writeError(tally.summary) }
      if tally.unexplained > 0, !json, isatty(STDERR_FILENO) == 1 {
        Console.report("hint: --explain finds out what happened to messages that were changed")
      }
      return tally.status
    }
  }

  /// By default, only the signature itself decides, not the policy that a mail server would apply. Every objection
  /// that does not fail a signature is printed as a warning.
  private var policy: VerificationPolicy { strict ? .standard : .tolerant }

  /// One job for each processor; more if the keys come from DNS, because most of the time is spent waiting.
  private static func defaultJobs(_ lookup: KeyLookup) -> Int {
    let processors = max(sysconf(Int32(_SC_NPROCESSORS_ONLN)), 1)
    return lookup.isRemote ? processors * 8 : processors
  }
}
