import Testing

/// Keys that the tests of the programs share, because generating large keys is slow.
enum SharedKeys {
  /// `small` has 1024 bits, `usual` 2048, `large` 4096, and `ed` is an Ed25519 key.
  private static let made: Result<KeyFolder, any Error> = Result {
    let folder = try KeyFolder()
    let kinds = [
      ("small", ["-b", "1024"]), ("usual", []), ("large", ["-b", "4096"]), ("ed", ["--type", "ed25519"]),
    ]
    for (name, options) in kinds {
      let run = try KeyProcess.dkimtool(
        ["genkey", "-d", "example.com", "-s", name, "--print", "line"] + options, in: folder)
      try #require(run.status == 0)
      try folder.write(name + ".line", run.output)
    }
    return folder
  }

  /// Copies the private key, under the name of a selector.
  static func copy(_ name: String, to folder: KeyFolder, as selector: String) throws {
    try folder.write(selector + ".private", try made.get().read(name + ".private"))
  }

  /// The record for a zone file, under the name of a selector.
  static func zoneRecord(_ name: String, as selector: String) throws -> String {
    try made.get().read(name + ".txt").replacing("\(name)._domainkey", with: "\(selector)._domainkey")
  }

  /// The text of the record on one line, with a newline.
  static func record(_ name: String) throws -> String { try made.get().read(name + ".line") }
}
