import Testing

@testable import DKIMConfiguration

@Suite("Passwords in specifications") struct DataSetSecretsTests {
  @Test(arguments: [
    "dsn:pgsql://u:\u{301}secret@h/d", "dsn:pgsql://u:secret@\u{301}h/d", "dsn:\u{301}pgsql://u:secret@h/d",
    "redis://:secret@\u{20DD}h/p", "redis://secret@\u{20DD}h/p", "erlang:n@h:\u{301}secret:m:f",
    "dsn:odbc://h/d/table=t?\u{600}pwd=secret", "dsn:odbc://h/d/table=t?pwd=\u{301}secret;x=1",
    "lua:\u{600}password=secret",
  ])
  func `a mark that combines with a colon, an at sign or a letter does not keep the password from being hidden`(
    _ specification: String
  ) {
    let hidden = DataSetSecrets.hidden(in: specification)
    #expect(hidden.unicodeScalars.contains("*"), "\(hidden)")
    #expect(!hidden.contains("secret"), "\(hidden)")
  }

  @Test
  func `an empty password is hidden, too`() {
    #expect(DataSetSecrets.hidden(in: "dsn:pgsql://u:@h/d") == "dsn:pgsql://u:***@h/d")
    #expect(DataSetSecrets.hidden(in: "redis://:@h/p") == "redis://:***@h/p")
    #expect(DataSetSecrets.hidden(in: "redis://@h/p") == "redis://***@h/p")
  }

  @Test(arguments: [
    "pwd=3D=7Bse;cret=7D", "pwd==7Bse;cret=7D", "PWD=3D{se cret}", "pwd={se/cret}", "pwd={se?cret}",
    "pwd={se=3Bcret}", "pwd=3D=7Bse=7D=7Dcret=7D", "pwd={se}}cret}", "pwd={se=7D}cret=7D", "Password =3D {se;cret}",
    "pwd =3D=20=7Bse;cret=7D", "PWD ==7Bse;cret=7D", "pwd = se=20cret", "pwd\t=\tse@cret", "pwd=20=3D se=20cret",
    "pwd={se;cret", "pwd=7Bse;cret=7D", "pwd=3bsecret", "=70wd=se=2Fcret",
  ])
  func `a password in braces is hidden up to the closing brace, whatever it contains`(_ setting: String) {
    let hidden = DataSetSecrets.hidden(in: "dsn:odbc://localhost/DRIVER=3Dx;\(setting);PORT=3D5/table=t")
    #expect(hidden.hasPrefix("dsn:odbc://localhost/DRIVER=3Dx;"), "\(hidden)")
    #expect(!hidden.contains("se") && !hidden.contains("cret"), "\(hidden)")
    #expect(hidden.contains("***;PORT=3D5/table=t") || setting == "pwd={se;cret", "\(hidden)")
  }

  @Test
  func `other settings are shown`() {
    for text in ["file:/etc/keys", "dsn:pgsql://u@h/d", "ldap://h:3\u{301}89/o=x?cn?sub?(a=$d)", "csl:a@b,c:d"] {
      #expect(DataSetSecrets.hidden(in: text) == text)
    }
  }

  @Test(arguments: [
    "dsn:pgsql:/dkim:secret@db/mail/table=t", "dsn:pgsql//dkim:secret@db/mail/table=t",
    "dsn:pgsql:dkim:secret@db/m/t",
    "dsn:pgsql://dkim:secret/db/mail/table=t", "dsn:pgsql:/dkim:secret/db/mail/table=t", "dsn:pgsql//dkim:secret/db",
    "dsn:dkim:secret@db/mail/table=t", "dsn:dkim:secret/db", "dsn://dkim:secret@db/mail", "dsn:/dkim:secret/db/mail",
    "redis:/:secret@h/p", "redis::secret@h/p", "redis:secret@h/p", "redis:/:secret/h/p", "redis::secret/h/p",
    "redis://:secret/h/p", "rediss://u:secret/h/p", "rediss:/u:secret@h/p", "redis:///:secret@h/p",
    "pgsql:/dkim:secret@h", "pgsql://dkim:secret@h/db", "pgsql://dkim:secret/h/db", "mysql:dkim:secret@h/db/table=t",
    "reddis:/:secret@h/p", "reddis://:secret/h/p", "DSN:pgsql:/u:se secret@h/d", "pgsql:/u:a secret@h/d",
    "dsn:pgsql:/u:secret@se@h/d", "redis:u:secret:6379/p",
  ])
  func `the password is hidden also if a delimiter is missing`(_ specification: String) async {
    #expect(!DataSetSecrets.hidden(in: specification).contains("secret"), "\(DataSetSecrets.hidden(in: specification))")
    #expect(DataSetSecrets.hidden(in: specification).contains("***"))
  }

  @Test(arguments: [
    "redis://h:6379/0/p", "redis:h:6379/p", "rediss://[2001:db8::1]:6380/p", "redis:/h/p",
    "dsn:sqlite3://=2Fvar=2Flib=2F/t.db/table=t?keycol=k?datacol=a:b", "dsn:pgsql://5432+db.example.net/m/table=t",
    "dsn:pgsql:/db/mail/table=t", "dsn:mysql:://u@h/d/table=t", "/etc/a:b", "a,b:c@d", "2001:db8::1",
    "keys:/etc/keys",
    "memcache:h:11211/p", "file:/etc/a@b:c", "mdb:/x:y", "pgsql://h/db",
  ])
  func `servers, ports and paths stay readable where no login is possible`(_ specification: String) {
    #expect(DataSetSecrets.hidden(in: specification) == specification)
  }
}
