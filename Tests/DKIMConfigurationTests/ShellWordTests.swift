import Testing

@testable import DKIMConfiguration

@Suite("Words of shell commands that people copy")
struct ShellWordTests {
  @Test(arguments: [
    ("/etc/key", "/etc/key"), ("a b", "'a b'"), ("/etc/dkim keys/it's", "'/etc/dkim keys/it'\\''s'"),
    ("a'\u{301}; rm b", "'a'\\''\u{301}; rm b'"), ("-rf", "'./-rf'"), ("", "''"),
  ])
  func `are quoted correctly, whatever the path contains`(_ word: String, _ quoted: String) {
    #expect(ShellWord.quoted(word).utf8.elementsEqual(quoted.utf8))
  }
}
