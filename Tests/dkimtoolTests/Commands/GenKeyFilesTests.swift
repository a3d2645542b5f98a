import DKIMCore
import DKIMDiagnostics
import Glibc
import Testing

@testable import dkimtool

@Suite("genkey: the files that it writes")
struct GenKeyFilesTests {
  private func genkey(_ arguments: String..., in folder: KeyFolder, umask: String? = nil) throws -> KeyProcess {
    try KeyProcess.dkimtool(
      ["genkey", "-d", "example.com", "-s", "sel", "--type", "ed25519"] + arguments, in: folder, umask: umask)
  }

  @Test(arguments: ["0", "022", "077", "0777"])
  func `only the owner can access the files, regardless of the umask`(umask: String) throws {
    let folder = try KeyFolder()
    let run = try genkey(in: folder, umask: umask)
    #expect(run.status == 0)
    #expect(run.output == "")
    #expect(run.errors == "")
    #expect(folder.names == ["sel.private", "sel.txt"])
    #expect(folder.mode("sel.private") == 0o600)
    #expect(folder.mode("sel.txt") == 0o600)
  }

  @Test(arguments: ["rsa", "ed25519"])
  func `the private key can be loaded, and the record matches it`(type: String) throws {
    let folder = try KeyFolder()
    #expect(try genkey("--type", type, in: folder).status == 0)
    let text = try folder.read("sel.private")
    #expect(text.hasPrefix("-----BEGIN PRIVATE KEY-----\n"))
    let key = try SigningKey(Array(text.utf8))
    #expect(key.type.rawValue == type)
    let zone = ZoneRecord(
      try PublishableKeyRecord(key, hashAlgorithms: ["sha256"]), selector: try Selector("sel"),
      domain: try DomainName("example.com"))
    #expect(try folder.read("sel.txt") == zone.zoneFile(absolute: false))
  }

  @Test(arguments: ["sel.private", "sel.txt"])
  func `an existing file is not changed`(name: String) throws {
    let folder = try KeyFolder()
    try folder.write(name, "precious", mode: 0o644)
    let run = try genkey(in: folder)
    #expect(run.status == 73)
    #expect(run.errors == "dkimtool: \(name): already exists and was not changed; use --force to replace it\n")
    #expect(folder.names == [name])
    #expect(try folder.read(name) == "precious")
    #expect(folder.mode(name) == 0o644)
  }

  @Test(arguments: ["sel.private", "sel.txt"])
  func `a symbolic link is not followed, not even a dangling one`(name: String) throws {
    let folder = try KeyFolder()
    #expect(symlink("target", folder.path(name)) == 0)
    #expect(try genkey(in: folder).status == 73)
    #expect(folder.names == [name])
    #expect(folder.isSymbolicLink(name))
  }

  @Test
  func `--force replaces both files, and a link itself instead of its target`() throws {
    let folder = try KeyFolder()
    try folder.write("target", "precious", mode: 0o644)
    try folder.write("sel.private", "old", mode: 0o644)
    #expect(symlink("target", folder.path("sel.txt")) == 0)
    let run = try genkey("--force", in: folder, umask: "0")
    #expect(run.status == 0)
    #expect(folder.names == ["sel.private", "sel.txt", "target"])
    #expect(folder.mode("sel.private") == 0o600)
    #expect(folder.mode("sel.txt") == 0o600)
    #expect(try folder.read("sel.private").hasPrefix("-----BEGIN PRIVATE KEY-----"))
    #expect(try folder.read("target") == "precious")
  }

  @Test(arguments: ["sel.private", "sel.txt"])
  func `--force changes nothing if a directory is in the way`(name: String) throws {
    let folder = try KeyFolder()
    let other = name == "sel.txt" ? "sel.private" : "sel.txt"
    try folder.write(other, "old")
    #expect(mkdir(folder.path(name), 0o700) == 0)
    let run = try genkey("--force", in: folder)
    #expect(run.status == 73)
    #expect(run.errors == "dkimtool: \(name): exists and is not a regular file; move it out of the way\n")
    #expect(folder.names == ["sel.private", "sel.txt"])
    #expect(try folder.read(other) == "old")
  }

  @Test(arguments: ["missing", "file"])
  func `-D with anything but a directory is an error, and nothing is written`(name: String) throws {
    let folder = try KeyFolder()
    try folder.write("file", "")
    for force in [[], ["--force"]] {
      let run = try KeyProcess.dkimtool(["genkey", "-d", "example.com", "-D", name] + force, in: folder)
      #expect(run.status == 73)
      #expect(run.errors.hasPrefix("dkimtool: \(name)/default.private"))
      #expect(run.errors.contains(name == "file" ? "Not a directory" : "No such file or directory"))
      #expect(folder.names == ["file"])
    }
  }

  @Test
  func `-D sets the directory of both files`() throws {
    let folder = try KeyFolder()
    #expect(mkdir(folder.path("keys"), 0o700) == 0)
    let run = try genkey("-D", "keys/", "-v", in: folder)
    #expect(run.status == 0)
    #expect(
      run.errorLines == [
        "dkimtool: generating private key", "dkimtool: extracting public key",
        "dkimtool: private key written to keys/sel.private", "dkimtool: DNS TXT record written to keys/sel.txt",
      ])
    #expect(folder.mode("keys/sel.private") == 0o600)
    #expect(folder.mode("keys/sel.txt") == 0o600)
  }

  @Test
  func `if the second file cannot be created, the first one is removed`() throws {
    let folder = try KeyFolder()
    let files = [
      NewFiles.File(path: folder.path("one"), contents: [1]),
      NewFiles.File(path: folder.path("missing/two"), contents: [2]),
    ]
    #expect(throws: CommandFailure.self) { try NewFiles.create(files) }
    #expect(folder.names == [])
    #expect(throws: CommandFailure.self) { try NewFiles.replace(files) }
    #expect(folder.names == [])
  }

  @Test
  func `a file that appears in the meantime is neither written nor removed`() throws {
    let folder = try KeyFolder()
    try folder.write("two", "precious")
    let files = ["one", "two"].map { NewFiles.File(path: folder.path($0), contents: [1]) }
    #expect(throws: CommandFailure.self) { try NewFiles.create(files) }
    #expect(folder.names == ["two"])
    #expect(try folder.read("two") == "precious")
  }

  @Test
  func `a replacement that fails halfway is undone`() throws {
    let folder = try KeyFolder()
    try folder.write("one", "old")
    try folder.write("new", "new")
    // "gone" does not exist, as if another process had removed it.
    let pairs = [("new", "one"), ("gone", "two")].map { (folder.path($0), folder.path($1)) }
    #expect(throws: CommandFailure.self) { try Replacement.perform(pairs) }
    #expect(folder.names == ["one"])
    #expect(try folder.read("one") == "old")
  }
}
