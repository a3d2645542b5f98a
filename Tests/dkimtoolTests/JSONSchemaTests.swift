import Glibc
import TestSupport
import Testing

/// The JSON output of the commands conforms to the schemas in Docs/Schemas.
@Suite(
  "JSON schemas",
  .enabled(
    if: getenv("DKIM_INTEROP_REQUIRED") != nil || access("/usr/lib/python3/dist-packages/jsonschema", R_OK) == 0,
    "python3-jsonschema is not installed: Scripts/install test"))
struct JSONSchemaTests {
  private static let script = TestFiles.package.appending("Tests/InteropTests/peers/validate-json.py").string
  private static let schemas = TestFiles.package.appending("Docs/Schemas").string

  /// A directory with messages, keys, their records and a configuration.
  private func folder() throws -> ToolFolder {
    let folder = try ToolFolder()
    let script = """
      printf 'From: Alice <alice@example.com>\\nTo: bob@example.net\\nSubject: Hi\\n\\nHello\\nBob\\n' > m.eml
      for type in rsa ed25519; do
        dkimtool genkey -d example.com -s $type --type $type --print json -n 'a "note"' > $type.json
        printf '%s._domainkey.example.com ' $type
        dkimtool genkey -d example.com -s $type --from $type.private --print line -S
      done > keys
      { echo 'revoked._domainkey.example.com v=DKIM1; p='; echo 'two._domainkey.example.com v=DKIM1; p='
        echo 'two._domainkey.example.com junk'; } >> keys
      dkimtool sign -d example.com -s rsa -k rsa.private -s ed25519 -k ed25519.private -z -l 3 m.eml > good.eml
      dkimtool sign -d example.com -s revoked -k rsa.private -i @sub.example.com m.eml > revoked.eml
      sed 's/Hello/Hallo/; s/To: bob/To: carol/' good.eml > bad.eml
      sed 's/ v=1;/ v=1; v=1; junk/; s/^From: Alice.*/From: nobody/' good.eml > malformed.eml
      dkimtool sign -d example.com -s rsa -k rsa.private --ttl 10 --at 1000 m.eml > expired.eml
      { echo 'From x'; cat good.eml; echo; echo 'From y'; cat bad.eml; } > box
      { head -c 1100000 /dev/zero | tr '\\0' a | sed 's/^/X: /'; echo; cat good.eml; } > large.eml
      printf 'k1 example.com:rsa:./rsa.private\\nk2 example.com:none:./ed25519.private\\nk3 %%:rsa:./x\\nk4 junk\\n' > kt
      printf '*@example.com k1\\n*@sub.example.com k9\\n' > st
      printf 'Mode sv\\nKeyTable file:kt\\nSigningTable refile:st\\nRequireSafeKeys no\\nBaseDirectory .\\n' > conf
      printf 'InternalHosts 127.0.0.1,!192.0.2.9,192.0.2.0/24\\nTestPublicKeys keys\\n' >> conf
      printf 'AuthservID mx.example.org\\nExternalIgnoreList csl:x\\n' >> conf
      """
    let run = try folder.run(script)
    try #require(run.status == 0, "\(run.errorText)")
    return folder
  }

  /// Returns the number of objects that a command prints; `nil` if one of them is invalid.
  private func objects(_ schema: String, of command: String, in folder: ToolFolder) throws -> Int? {
    let check = "python3 '\(Self.script)' '\(Self.schemas)/\(schema).schema.json'"
    let run = try folder.run("{ \(command); } 2> /dev/null | \(check)")
    #expect(run.status == 0, "\(command): \(run.errorText)")
    return run.lines.last.flatMap { Int($0) }
  }

  @Test
  func `verify`() throws {
    let folder = try folder()
    let options = "--keys keys --explain --json"
    let files = "m.eml good.eml bad.eml revoked.eml malformed.eml expired.eml box large.eml missing.eml"
    #expect(try objects("verify", of: "dkimtool verify \(options) \(files)", in: folder) == 10)
    let good = try folder.run("dkimtool verify \(options) good.eml").text
    #expect(good.contains("\"authorDomain\":\"example.com\"") && good.contains("\"isAuthorDomain\":true"))
    #expect(good.contains("\"headerDefects\":[]") && good.contains("\"bodyDefects\":[]"))
    let other = try folder.run(
      "sed 's/alice@example.com/a@sub.example.com/' good.eml > o; dkimtool verify \(options) o")
    #expect(
      other.text.contains("\"authorDomain\":\"sub.example.com\"") && other.text.contains("\"isAuthorDomain\":false"))
    let none = try folder.run("dkimtool verify \(options) malformed.eml").text
    #expect(none.contains("\"authorDomain\":null") && none.contains("\"isAuthorDomain\":null"))
  }

  @Test
  func `query`() throws {
    let folder = try folder()
    for command in [
      "dkimtool query --json -x conf KeyTable k1 k2/2 nobody", "dkimtool query --json csl:a=b:c a/4 a c",
      "dkimtool query --json -x conf SigningTable alice@example.com a@deep.example.com nobody@example.org",
      "dkimtool query --json -x conf InternalHosts 192.0.2.9 192.0.2.8 192.0.2.0/24",
    ] {
      #expect(try objects("query", of: command, in: folder) == 3)
    }
    let near = try folder.run("dkimtool query --json -x conf SigningTable a@deep.example.com").text
    #expect(near.contains("\"nearMisses\":[\"") && near.contains("*@*.example.com"))
    #expect(try objects("query-row", of: "dkimtool query --all --json -x conf KeyTable", in: folder) == 4)
    #expect(try objects("query-row", of: "dkimtool query --all --json --fields 3 file:kt", in: folder) == 4)
  }

  @Test
  func `testkey`() throws {
    let folder = try folder()
    #expect(try objects("testkey", of: "dkimtool testkey -x conf --json", in: folder) == 4)
    for selector in ["rsa -k rsa.private", "ed25519 -k rsa.private", "revoked", "two", "none"] {
      let command = "dkimtool testkey -d example.com -s \(selector) --keys keys --json"
      #expect(try objects("testkey", of: command, in: folder) == 1)
    }
  }

  @Test
  func `explain`() throws {
    let folder = try folder()
    for arguments in [
      "--sender alice@example.com", "--sender alice@example.com --client-ip 198.51.100.7", "m.eml",
      "--client-ip 198.51.100.7 good.eml", "--client-ip 198.51.100.7 bad.eml", "--sender a@b.example m.eml",
    ] {
      let command = "dkimtool explain --json -x conf \(arguments)"
      #expect(try objects("explain", of: command, in: folder) == 1, "\(arguments)")
    }
    try folder.write(
      "forged.eml", "Authentication-Results: mx.example.org; dkim=pass\nFrom: a@example.net\nDate: x\n\nbody\n")
    let forged = "dkimtool explain --json -x conf --client-ip 198.51.100.7 forged.eml"
    #expect(try objects("explain", of: forged, in: folder) == 1)
    #expect(try folder.run(forged).text.contains("\"edit\":\"delete\""))
  }

  @Test
  func `genkey`() throws {
    let folder = try folder()
    #expect(try objects("genkey", of: "cat rsa.json ed25519.json", in: folder) == 2)
  }

  @Test(arguments: try TestFiles.names(in: schemas))
  func `each schema is named in a manual page`(name: String) throws {
    let pages = try TestFiles.names(in: TestFiles.package.appending("Packaging/man").string)
    let texts = try pages.map { page in
      String(decoding: try TestFiles.read(TestFiles.package.appending("Packaging/man/\(page)").string), as: UTF8.self)
    }
    #expect(name.hasSuffix(".schema.json"))
    #expect(texts.contains { $0.contains(".Pa \(name)\n") })
  }
}
