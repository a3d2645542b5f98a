@testable import dkimtool
import Testing

@Suite struct ShellTests {
  @Test(arguments: [
    ("/etc/key", "/etc/key"), ("a b", "'a b'"), ("it's", "'it'\\''s'"), ("a'\u{301}; rm b", "'a'\\''\u{301}; rm b'"),
    ("-x", "'./-x'"), ("", "''"),
  ])
  func words(_ word: String, _ quoted: String) {
    #expect(Shell.quoted(word).utf8.elementsEqual(quoted.utf8))
  }
}
