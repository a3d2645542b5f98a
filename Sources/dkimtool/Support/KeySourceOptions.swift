import ArgumentParser
import DKIMDNS

/// Where a command takes key records from.
struct KeySourceOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Ask this name server; repeat it for more. (default: those of /etc/resolv.conf)", valueName: "ip[@port]"),
    transform: ArgumentParsing.nameServer)
  var nameserver: [NameServer] = []

  @Option(
    help: ArgumentHelp("Take key records from a file with lines NAME TXT-DATA, not from DNS.", valueName: "file"),
    completion: .file())
  var keys: String?

  func validate() throws {
    guard keys == nil || nameserver.isEmpty else {
      throw ValidationError("--keys and --nameserver exclude each other")
    }
  }

  /// - Throws: `CommandFailure` where the file cannot be read, or no server is known.
  func lookup() throws -> KeyLookup {
    try KeyLookup(file: keys, servers: nameserver)
  }
}
