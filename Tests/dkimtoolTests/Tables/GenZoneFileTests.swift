import Glibc
import Testing

@Suite("genzone: the output file")
struct GenZoneFileTests {
  /// A directory with a key, its table, and a file `zone` with one line.
  private func folder() throws -> ToolFolder {
    let folder = try ToolFolder()
    try folder.write("zone", "old\n")
    try folder.write("keytable", "k example.com:sel:\(folder.path)/work/sel.private\n")
    #expect(try folder.run("dkimtool genkey -d example.com -s sel --type ed25519").status == 0)
    return folder
  }

  private func text(_ name: String, in folder: ToolFolder) throws -> String {
    String(decoding: try folder.read(name), as: UTF8.self)
  }

  private static let record = "sel._domainkey.example.com.\tIN\tTXT\t( "
  private static let another = "setpriv --reuid 65534 --regid 65534 --clear-groups"
  private static let canBeAnother =
    geteuid() == 0 && (try? ToolFolder().run("cd /; \(another) dkimtool --version"))?.status == 0
  private static let genzone = "dkimtool genzone -F file:keytable -o"

  @Test
  func `a replaced file keeps its mode, and a link remains a link, even a dangling one`() throws {
    let folder = try folder()
    #expect(try folder.run("chmod 640 zone; ln -s zone link; \(Self.genzone) link").status == 0)
    #expect(try folder.run("stat -c '%a %F' zone link").text == "640 regular file\n777 symbolic link\n")
    #expect(try text("zone", in: folder).contains(Self.record))
    #expect(try folder.run("\(Self.genzone) new; ln -s none loose; \(Self.genzone) loose").status == 0)
    #expect(
      try folder.run("stat -c '%a %F' new none loose").text
        == "644 regular file\n644 regular file\n777 symbolic link\n")
    let printed = try folder.run("\(Self.genzone) -").lines.dropFirst(2)
    #expect(try text("new", in: folder).split(separator: "\n").dropFirst(2) == printed)
  }

  @Test(arguments: [
    "/dev/stdout >> zone", "zone >> zone", "/dev/fd/3 3>> zone", "/proc/self/fd/3 3>> zone", "output >> zone",
    "output | cat >> zone", "pipe & cat pipe >> zone; wait",
  ])
  func `a file that is already open is written to at its position`(location: String) throws {
    let folder = try folder()
    // Not /dev/stdout itself with a pipe, because a program that replaces it would damage the system.
    let run = try folder.run("ln -s /proc/self/fd/1 output; mkfifo pipe; \(Self.genzone) \(location)")
    #expect(run.status == 0 && run.errorText.isEmpty, "\(run.errorText)")
    let zone = try text("zone", in: folder)
    #expect(zone.hasPrefix("old\n; DKIM public key zone data\n") && zone.contains(Self.record))
    #expect(try folder.run("stat -c %F output pipe").text == "symbolic link\nfifo\n")
  }

  @Test(arguments: ["folder", "loop", "no/zone"])
  func `an output that cannot be written is an error`(location: String) throws {
    let folder = try folder()
    let run = try folder.run("mkdir folder; ln -s loop loop; \(Self.genzone) \(location)")
    #expect(run.status == 73 && run.errorText.contains(location))
    #expect(
      try folder.run("stat -c %F folder loop; ls").text
        == "directory\nsymbolic link\nfolder\nkeytable\nloop\nsel.private\nsel.txt\nzone\n")
  }

  @Test(.enabled(if: geteuid() == 0, "only root can change the owner of files"))
  func `the owner and group are kept`() throws {
    let folder = try folder()
    #expect(try folder.run("chown 65534:8 zone; chmod 2640 zone; \(Self.genzone) zone").status == 0)
    #expect(try folder.run("stat -c '%u %g %a' zone").text == "65534 8 2640\n")
    #expect(try text("zone", in: folder).contains(Self.record))
  }

  @Test(
    .enabled(if: canBeAnother, "only root can run the programs as another user"),
    arguments: ["0:0", "65534:8"])
  func `a file whose owner or group cannot be kept is not changed`(owner: String) throws {
    let folder = try folder()
    // Allow the other user to write here and to read the key.
    let run = try folder.run(
      "chmod 711 ..; chmod 777 .; chmod 644 sel.private keytable; chown \(owner) zone; \(Self.another) \(Self.genzone) zone"
    )
    #expect(run.status == 73)
    #expect(run.errorText.contains("zone: not changed: the new file cannot be given to its owner (uid "))
    #expect(try text("zone", in: folder) == "old\n")
    #expect(try folder.run("stat -c %u:%g zone; ls").text == "\(owner)\nkeytable\nsel.private\nsel.txt\nzone\n")
  }
}
