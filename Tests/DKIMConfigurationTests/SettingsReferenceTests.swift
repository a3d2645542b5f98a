import Glibc
import SystemPackage
import TestSupport
import Testing

@testable import DKIMConfiguration

@Suite struct SettingsReferenceTests {
  /// Made from the table; `DKIM_WRITE_REFERENCE=1` writes them anew.
  @Test(arguments: ["Docs/Configuration.md", "Packaging/man/dkim-milter.conf.5"])
  func theReferenceIsFresh(path: String) throws {
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

  @Test func theReferenceHasEverySettingOnce() {
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
  func optionEPrintsAsOpenDKIMDoes(name: String, text: String, status: Int32) {
    #expect(SettingAnswers.value(of: name, in: settings) == .init(text: text, exitStatus: status))
  }

  @Test func helpTellsOfOneSettingAtLength() {
    #expect(
      SettingAnswers.help("umask").text == """
        UMask (number)
          What others may not do with files and the socket; write it with a leading 0.
          a change needs a restart

        """)
    #expect(
      SettingAnswers.help("X-Header").text.hasPrefix("X-Header (yes | no)\n  The old name of SoftwareHeader.\n"))
    #expect(SettingAnswers.help("Frobnicate").exitStatus == 65)
  }

  @Test func helpListsEverySetting() {
    let text = SettingAnswers.help(parts: BuildParts([])).text
    #expect(text.split(separator: "\n").count == SettingTable.all.count + 1)
    #expect(text.contains("\nResolverConfiguration         (refused) The unbound.conf"))
    #expect(text.hasSuffix("164 settings: 89 working, 51 accepted, 24 refused of OpenDKIM; 11 of our own\n"))
  }
}
