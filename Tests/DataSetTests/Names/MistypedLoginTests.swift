import Testing

@testable import DataSetTestSupport

@Suite("Logins with a missing character")
struct MistypedLoginTests {
  @Test(arguments: [
    "dsn:pgsql:/dkim:secret@db/mail/table=t", "dsn:pgsql//dkim:secret@db/mail/table=t?keycol=k?datacol=a",
    "dsn:pgsql://dkim:secret/db/mail/table=t?keycol=k?datacol=a", "dsn:dkim:secret@db/mail/table=t",
    "dsn:dkim:secret/db",
    "dsn:pgsql://dkim:secret/127.0.0.1/mail", "redis:/:secret@h/p", "redis::secret@h/p", "redis:secret@h/p",
    "redis://:secret/h/p", "redis://u:secret/h/p", "redis:/:secret/h/p", "rediss://u:secret/h/p",
    "pgsql:/dkim:secret@h",
    "pgsql://dkim:secret/h/db", "reddis:/:secret@h/p", "mysql:dkim:secret@h/db",
  ])
  func `no reported problem shows the password`(_ specification: String) async {
    let text = await OpenedSet.refusal(specification, timeLimit: 1) ?? ""
    #expect(!text.isEmpty && !text.contains("secret"), "\(text)")
  }
}
