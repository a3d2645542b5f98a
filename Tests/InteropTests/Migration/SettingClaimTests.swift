import TestSupport
import Testing

@testable import DKIMConfiguration

/// Statements about settings in Docs/MigratingFromOpenDKIM.md, checked against the table of settings and Debian's
/// opendkim.
@Suite("Settings of the migration document")
struct SettingClaimTests {
  /// Literals that look like the name of a setting but are something else.
  private static let otherNames: Set = ["DKIM-Filter", "DKIM-Signature", "OpenDKIM", "Unbound"]

  private let document: MigrationDocument

  init() throws { document = try MigrationDocument() }

  @Test
  func `every setting in the document exists and has a valid form`() {
    var others: Set<String> = []
    var count = 0
    for literal in document.literals {
      let name = String(literal.prefix { $0.isLetter || $0 == "-" })
      let rest = literal.dropFirst(name.count)
      guard name.first?.isUppercase == true, name.contains(where: \.isLowercase), rest.isEmpty || rest.first == " "
      else { continue }
      if Self.otherNames.contains(name) {
        others.insert(name)
        continue
      }
      count += 1
      #expect(SettingTable.definition(of: name) != nil, "`\(literal)`")
      guard !rest.isEmpty else { continue }
      #expect(Settings.parse(literal).problems.isEmpty, "`\(literal)`")
    }
    #expect(count > 50)
    #expect(others == Self.otherNames, "other names are not in the document any more")
  }

  @Test
  func `the document has all the words of OpenDKIMCompatibility, and no others`() {
    let setting = "OpenDKIMCompatibility "
    let values = document.literals.filter { $0.hasPrefix(setting) }.map { $0.dropFirst(setting.count) }
    let words = values.flatMap { $0.split(separator: ",").map(String.init) }
    #expect(Set(words) == Set(OpenDKIMCompatibility.allCases.map(\.rawValue)))
  }

  @Test
  func `the numbers of settings in the document match the table`() {
    let plain = SettingTable.counts(parts: BuildParts([]))
    let more = SettingTable.counts(parts: BuildParts(["LDAP", "Unbound", "Lua"]))
    let sentence =
      "Of OpenDKIM's \(plain.total) settings, \(plain.working) work (\(more.working) with the package traits LDAP, "
      + "Unbound and Lua), \(plain.accepted) are accepted with a warning because they do not affect what happens to mail, and "
      + "\(plain.refused) are refused"
    #expect(document.text.contains(sentence))
  }

  @Test
  func `the settings that OpenDKIM does not have are listed`() throws {
    let text = document.text
    let start = try #require(text.firstRange(of: "These settings are new: "))
    let end = try #require(text[start.upperBound...].firstRange(of: ". From OpenDKIM's develop branch: "))
    let names = MigrationDocument.literals(in: String(text[start.upperBound..<end.lowerBound]))
    #expect(names.sorted() == SettingTable.all.filter(\.isAdditional).map(\.name).sorted())
    #expect(developNames.count > 1)
    #expect(developNames.allSatisfy { SettingTable.definition(of: $0)?.isAdditional == false })
  }

  /// The settings that the document attributes to OpenDKIM's develop branch.
  private var developNames: [String] {
    let text = document.text
    guard let start = text.firstRange(of: ". From OpenDKIM's develop branch: ") else { return [] }
    return MigrationDocument.literals(in: String(text[start.upperBound...].prefix { $0 != "." }))
  }

  @Test
  func `settings are refused or without effect as the document says`() throws {
    let folder = try TemporaryFolder()
    let refused = ["SetupPolicyScript", "ReputationTest"]
    for (name, status) in refused.map({ ($0, 78) }) + [("TemporaryDirectory", 0)] {
      let program = TestFiles.programs + "/dkim-milter"
      let (found, output) = try Self.check([program], "\(name) a\nMode v\nUserID root\n", in: folder)
      #expect(found == status && output.contains(name), "\(name): \(output)")
    }
  }

  @Test(.enabled(if: BothMilters.canRun, BothMilters.missing))
  func `every setting of Debian's opendkim is in the table, and the document has their number`() throws {
    let folder = try TemporaryFolder()
    let original = BothMilters.original
    func isKnown(_ name: String) throws -> Bool {
      try !Self.check([original], "\(name) \n", in: folder).output.contains("unrecognized parameter")
    }
    #expect(try !isKnown("Frobnicate"))
    // Letter case is ignored, and the program spells some names differently.
    let names = Set(SettingTable.all.map { $0.name.lowercased() })
    let words = try Self.words(in: original)
    #expect(words.intersection(names).count > 120)
    let known = try words.union(names).filter(isKnown)
    #expect(known.subtracting(names) == [], "opendkim has settings that the table does not have")
    #expect(document.text.contains("Debian's opendkim is built with \(known.count) of them;"))
    #expect(known.isDisjoint(with: (["POPDBFile", "RateLimits"] + developNames).map { $0.lowercased() }))
    #expect(known.isDisjoint(with: SettingTable.all.filter(\.isAdditional).map { $0.name.lowercased() }))
  }

  /// The output of `-n` for a configuration, from standard output and standard error.
  private static func check(
    _ program: [String], _ configuration: String, in folder: TemporaryFolder
  ) throws -> (status: Int, output: String) {
    try TestFile.write(Array(configuration.utf8), to: folder.file("opendkim.conf"))
    let (status, output) = try Spawn.run(
      ["sh", "-c", "exec \"$@\" 2>&1", "sh"] + program + ["-n", "-x", folder.file("opendkim.conf")], [], in: folder)
    return (status, String(decoding: output, as: UTF8.self))
  }

  /// The strings in a program that could be names of settings, in lower case.
  private static func words(in program: String) throws -> Set<String> {
    let strings = try TestFiles.read(program).split(separator: 0).filter { (3...40).contains($0.count) }
    return Set(
      strings.map { String(decoding: $0, as: UTF8.self) }.filter { text in
        text.first?.isUppercase == true && text.contains(where: \.isLowercase)
          && text.utf8.allSatisfy { (0x61...0x7A).contains($0 | 0x20) || $0 == UInt8(ascii: "-") }
      }.map { $0.lowercased() })
  }
}
