import ArgumentParser
import DKIMDNS

/// The options for the source of key records.
struct KeySourceOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Send queries to this name server; may be repeated. (default: /etc/resolv.conf)", valueName: "ip[@port]"),
    transform: ArgumentParsing.nameServer)
  var nameserver: [NameServer] = []

  @Option(
    help: ArgumentHelp("Read key records (lines NAME TXT-DATA) from this file instead of DNS.", valueName: "file"),
    completion: .file())
  var keys: String?

  func validate() throws {
    guard keys == nil || nameserver.isEmpty else {
      throw ValidationError("--keys and --nameserver cannot be combined")
    }
  }

  /// - Throws: `CommandFailure` if the file cannot be read, or no server is known.
  func lookup() throws -> KeyLookup {
    try KeyLookup(file: keys, servers: nameserver)
  }
}
