/// Words for a command line that people copy.
package enum ShellWord {
  package static func quoted(_ word: String) -> String {
    let isPlain = word.utf8.allSatisfy { octet in
      octet &- 0x30 < 10 || (octet | 0x20) &- 0x61 < 26 || "_-./+@%:,=".utf8.contains(octet)
    }
    if !word.isEmpty, isPlain, !word.hasPrefix("-") { return word }
    let path = word.hasPrefix("-") ? "./" + word : word
    // Octet by octet: a mark behind a quotation mark does not hide it.
    let parts = path.utf8.split(separator: UInt8(ascii: "'"), omittingEmptySubsequences: false)
    return "'" + parts.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "'\\''") + "'"
  }
}
