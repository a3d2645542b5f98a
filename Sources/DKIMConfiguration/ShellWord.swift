internal import DKIMCore

/// Quotes words for shell commands that people copy.
package enum ShellWord {
  /// Returns the word as it is written in a shell command: in single quotes if it needs them, and with `./` before a
  /// leading hyphen.
  package static func quoted(_ word: String) -> String {
    let isPlain = word.utf8.allSatisfy { byte in
      ASCII.isAlphanumeric(byte) || "_-./+@%:,=".utf8.contains(byte)
    }
    if !word.isEmpty, isPlain, !word.hasPrefix("-") { return word }
    let path = word.hasPrefix("-") ? "./" + word : word
    // Compares bytes: as a character, a quotation mark with a combining mark after it is not a quotation mark.
    let parts = path.utf8.split(separator: UInt8(ascii: "'"), omittingEmptySubsequences: false)
    return "'" + parts.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "'\\''") + "'"
  }
}
