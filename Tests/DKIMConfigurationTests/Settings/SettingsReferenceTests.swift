import Glibc
import SystemPackage
import TestSupport
import Testing

@testable import DKIMConfiguration

@Suite struct SettingsReferenceTests {
  /// The files are generated from the table; `DKIM_WRITE_REFERENCE=1` writes them.
  @Test(arguments: ["Docs/Configuration.md", "Packaging/man/dkim-milter.conf.5"])
  func `the reference is fresh`(path: String) throws {
    let expected = path.hasSuffix(".md") ? SettingReference.document() : SettingReference.manualPage()
    let file = TestFiles.package.appending(path)
    if getenv("DKIM_WRITE_REFERENCE") != nil {
      let output = try FileDescriptor.open(
        file, .writeOnly, options: [.create, .truncate], permissions: FilePermissions(rawValue: 0o644))
      try output.closeAfter { _ = try output.writeAll(expected.utf8) }
    }
    let found = String(decoding: try TestFiles.read(file.string), as: UTF8.self)
    let isFresh = found == expected
    #expect(isFresh, "run Scripts/configuration-reference")
  }

  @Test func `the reference has every setting once`() {
    let lines = SettingReference.document().split(separator: "\n")
    for definition in SettingTable.all {
      #expect(lines.count { $0.hasPrefix("| `\(definition.name)` |") } == 1, "\(definition.name)")
    }
    let page = SettingReference.manualPage().split(separator: "\n")
    #expect(page.count { $0.hasPrefix(".It Cm ") } == SettingTable.all.count)
  }

  private let settings = Settings.parse("UMask 007\nSyslog yes\nSelector a\nSelector b\n").settings

  @Test(arguments: [
    ("UMask", "7\n", 0), ("umask", "7\n", 0), ("Syslog", "True\n", 0), ("Selector", "a\nb\n", 0), ("Mode", "", 78),
    ("Sokcet", "\"Sokcet\": unrecognized parameter; did you mean Socket?\n", 65),
  ])
  func `-e prints a setting as OpenDKIM does`(name: String, text: String, status: Int32) {
    #expect(SettingQuery.value(of: name, in: settings) == .init(text: text, exitStatus: status))
  }

  @Test func `help describes one setting in detail`() {
    #expect(
      SettingQuery.help("umask").text == """
        UMask (number)
          File creation mask for files and the socket, in octal with a leading 0.
          a change needs a restart

        """)
    #expect(
      SettingQuery.help("X-Header").text.hasPrefix("X-Header (yes | no)\n  Old name of SoftwareHeader.\n"))
    #expect(SettingQuery.help("Frobnicate").exitStatus == 65)
  }

  @Test func `help lists every setting`() {
    let text = SettingQuery.help(parts: BuildParts([])).text
    #expect(text.split(separator: "\n").count == SettingTable.all.count + 1)
    #expect(text.contains("\nResolverConfiguration         (refused) File in unbound.conf format"))
    #expect(
      text.hasSuffix("164 settings: 120 working, 33 accepted, 11 refused (from OpenDKIM); 11 additional settings\n"))
  }
}
