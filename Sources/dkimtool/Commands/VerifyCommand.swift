import ArgumentParser
import DKIMCore
import DKIMDNS
import Glibc

/// `dkimtool verify`: what each signature of each message is worth.
struct VerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Verify the signatures of messages.",
    discussion: """
      Prints a line for each signature: the result, the domain and selector, algorithm and size of the key, and \
      what is covered; and below one that does not pass, why. A directory stands for the files in it (of a \
      Maildir those in new/ and cur/); a file that begins with "From " is an mbox, its messages are named FILE:N. \
      A file without a single CRLF is a Unix text file, its line ends are read as CRLF; any other is taken octet \
      for octet.

      Ends with 0 where every message has a signature that passes, with 1 where one has none, with 75 where a \
      later try may help, with 66 where a file cannot be read.

      EXAMPLES
        dkimtool verify message.eml
        dkimtool verify --nameserver 127.0.0.1@5353 < message.eml
        dkimtool verify --keys keys.txt --json ~/Maildir | jq .
      """
  )

  @Flag(help: "Print one JSON object a message, each on its line.")
  var json = false

  @OptionGroup
  var keySource: KeySourceOptions

  @Option(
    help: ArgumentHelp("Verify as of this time. (default: now)", valueName: "unixtime"),
    transform: ArgumentParsing.timestamp)
  var at: Timestamp?

  @Option(
    help: ArgumentHelp("How many messages are worked on at once. (default: by processors)", valueName: "n"),
    transform: ArgumentParsing.jobs)
  var jobs: Int?

  @Flag(help: "Look for what happened to messages that fail, also where there are many, and with --json.")
  var explain = false

  @Flag(help: "Refuse what the RFCs leave to the verifier: unsigned text behind l=, unsigned From fields, t= ahead.")
  var strict = false

  @Argument(help: "Messages, directories, mboxes; standard input where it is - or left out.", completion: .file())
  var file: [String] = []

  func validate() throws {
    guard
      keySource.keys != InputFile.standardInput
        || !file.isEmpty && !(file + Operands.further).contains(InputFile.standardInput)
    else {
      throw ValidationError("the keys and a message cannot both come from standard input")
    }
  }

  func run() async throws {
    try await reportingFailures {
      let lookup = try keySource.lookup()
      let files = file + Operands.further
      let paths = MessagePaths.expand(files.isEmpty ? [InputFile.standardInput] : files)
      let verifier = Verifier(keys: lookup.source, policy: policy)
      let context = VerificationContext(verifier: verifier, keys: lookup, time: at ?? Clock.now)
      let run = VerificationRun(
        context: context, explains: explain || !json && paths.count == 1,
        format: json ? .json : .text(TextReport(usesColor: Console.usesColor)))
      let tally = try await run.verify(
        MessageSource(paths), jobs: jobs ?? Self.defaultJobs(lookup),
        output: OrderedOutput(progress: ProgressBar(total: paths.count)))
      if tally.total > 1 { Console.report(tally.summary) }
      return tally.status
    }
  }

  /// What the signature says of the message is what is asked for here; what a mail server does about it is
  /// another question. Everything that is let pass is told.
  private var policy: VerificationPolicy { strict ? .standard : .tolerant }

  /// One for each processor; more where most of the time goes into waiting.
  private static func defaultJobs(_ lookup: KeyLookup) -> Int {
    let processors = max(sysconf(Int32(_SC_NPROCESSORS_ONLN)), 1)
    return lookup.isRemote ? processors * 8 : processors
  }
}
