import Glibc
import TestSupport
import Testing

@testable import dkimtool

/// The manual pages in Packaging/man agree with the program.
@Suite("Manual pages")
struct ManualTests {
  private static let folder = TestFiles.package.appending("Packaging/man").string
  private static let commands = DKIMTool.configuration.subcommands.compactMap { $0.configuration.commandName }

  private static func page(_ name: String) throws -> String {
    String(decoding: try TestFiles.read(folder + "/" + name), as: UTF8.self)
  }

  @Test(arguments: commands)
  func `every command has a page, and the page has every option of the command`(command: String) throws {
    let help = try ToolFolder().run("dkimtool \(command) --help")
    let page = try Self.page("dkimtool-\(command).1")
    let lines = help.lines.drop { $0 != "OPTIONS:" }.dropFirst()
    // Options are indented by two columns, and their descriptions by more.
    let words = lines.filter { $0.hasPrefix("  -") }
      .flatMap { $0.split(separator: "  ").first?.split(separator: " ") ?? [] }
    let names = words.compactMap { word in word.hasPrefix("-") ? word.filter { $0 != "," } : nil }
    #expect(names.count > 3)
    for name in names where !["--help", "-h", "--version", "--no-subdomains"].contains(name) {
      #expect(page.contains(name.hasPrefix("--") ? "Fl \\\(name.dropFirst())" : "Fl \(name.dropFirst())"), "\(name)")
    }
    #expect(try Self.page("dkimtool.1").contains(".Xr dkimtool-\(command) 1"))
  }

  @Test
  func `the pages for OpenDKIM's names exist`() throws {
    let list = try TestFiles.read(TestFiles.package.appending("Packaging/names").string)
    let rows = String(decoding: list, as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("#") }
      .map { $0.split(separator: " ") }
    #expect(rows.count >= 7)
    for row in rows {
      try #require(row.count == 5, "\(row)")
      #expect(row[4].hasSuffix(".\(row[3])"))
      let page = try Self.page(String(row[4]))
      if row[1] == "dkimtool" { #expect(page.contains("\n.Nm \(row[0])"), "\(row[0])") }
    }
  }

  @Test(
    .enabled(if: access("/usr/bin/mandoc", X_OK) == 0),
    arguments: try TestFiles.names(in: folder))
  func `mandoc has no warnings`(page: String) throws {
    let run = try ToolFolder().run("mandoc -Tlint -W warning '\(Self.folder)/\(page)'")
    #expect(run.status == 0 && run.text.isEmpty, "\(run.text)")
  }
}
