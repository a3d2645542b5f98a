import Testing

@testable import DKIMConfiguration

@Suite struct SettingsTableTests {
  @Test func `every setting of OpenDKIM exists, and the numbers of working, accepted and refused ones are correct`() {
    let counts = SettingTable.counts(parts: BuildParts([]))
    #expect(counts.total == 164)
    #expect(counts.description == "164 settings: 120 working, 33 accepted, 11 refused")
    #expect(SettingTable.counts(parts: BuildParts(["Unbound"])).working == counts.working + 2)
  }

  @Test func `settings that OpenDKIM does not have are counted separately`() {
    #expect(SettingTable.counts(additional: true).total == SettingTable.all.count - 164)
    #expect(SettingTable.counts(additional: true).working == SettingTable.counts(additional: true).total)
  }

  @Test func `no name occurs twice`() {
    let names = SettingTable.all.map { $0.name.lowercased() }
    #expect(Set(names).count == names.count)
    #expect(names == names.sorted())
  }

  @Test func `every row says what the setting does`() {
    for definition in SettingTable.all {
      #expect(definition.meaning.hasSuffix("."), "\(definition.name)")
      #expect(definition.meaning.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }, "\(definition.name)")
      guard let text = definition.defaultText else { continue }
      #expect(throws: Never.self, "\(definition.name)") {
        try SettingValue.check(text, of: definition, at: .commandLine)
      }
    }
  }

  @Test(arguments: [
    ("Sokcet", "Socket"), ("KeyTables", "KeyTable"), ("SigningTabel", "SigningTable"),
    ("On-BadSignatures", "On-BadSignature"),
    ("Canonicalisation", "Canonicalization"), ("Umaks", "UMask"), ("AuthServID", "AuthservID"),
  ])
  func `the nearest name is found`(found: String, meant: String) {
    #expect(SettingTable.nearestName(to: found) == meant)
  }

  @Test func `no name is suggested for a name that resembles none`() {
    #expect(SettingTable.nearestName(to: "Frobnicate") == nil)
    #expect(SettingTable.nearestName(to: "") == nil)
    #expect(SettingTable.nearestName(to: String(repeating: "x", count: 10_000)) == nil)
  }

  @Test func `names and number of the options are those of OpenDKIM`() {
    let flags = Set(SettingTable.all.compactMap(\.flag))
    #expect(
      flags == [
        "-A", "-b", "-c", "-d", "-D", "-f", "-k", "-l", "-L", "-o", "-O", "-p", "-P", "-r", "-s", "-S", "-T", "-u",
        "-W",
      ])
  }

  /// OpenDKIM's list, without MilterDebug, QueryCache and TestPublicKeys, which are easy to reload here.
  @Test func `the settings that a reload ignores are those that OpenDKIM ignores`() {
    let fixed = SettingTable.all.filter { !$0.isReloadable && !$0.isAdditional && $0.status == .working }.map(\.name)
    #expect(
      fixed == [
        "AutoRestart", "AutoRestartCount", "AutoRestartRate", "Background", "ChangeRootDirectory", "EnableCoredumps",
        "PidFile", "Socket", "StrictTestMode", "UMask", "UserID",
      ])
  }
}
