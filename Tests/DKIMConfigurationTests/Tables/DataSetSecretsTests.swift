import Testing

@testable import DKIMConfiguration

@Suite("Passwords in specifications") struct DataSetSecretsTests {
  @Test(
    "A mark that combines with a colon, an at sign or a letter hides nothing from the reader and no password from it",
    arguments: [
      "dsn:pgsql://u:\u{301}secret@h/d", "dsn:pgsql://u:secret@\u{301}h/d", "dsn:\u{301}pgsql://u:secret@h/d",
      "redis://:secret@\u{20DD}h/p", "redis://secret@\u{20DD}h/p", "erlang:n@h:\u{301}secret:m:f",
      "dsn:odbc://h/d/table=t?\u{600}pwd=secret", "dsn:odbc://h/d/table=t?pwd=\u{301}secret;x=1",
      "lua:\u{600}password=secret",
    ])
  func marks(_ specification: String) {
    let hidden = DataSetSecrets.hidden(in: specification)
    #expect(hidden.unicodeScalars.contains("*"), "\(hidden)")
    #expect(!hidden.contains("secret"), "\(hidden)")
  }

  @Test("What is no password is shown")
  func harmless() {
    for text in ["file:/etc/keys", "dsn:pgsql://u@h/d", "ldap://h:3\u{301}89/o=x?cn?sub?(a=$d)", "csl:a@b,c:d"] {
      #expect(DataSetSecrets.hidden(in: text) == text)
    }
  }
}
