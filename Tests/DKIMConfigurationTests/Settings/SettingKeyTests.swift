import SystemPackage
import TestSupport
import Testing

@testable import DKIMConfiguration

@Suite struct SettingKeyTests {
  @Test func `every key is listed in the table`() {
    let names = Set(SettingTable.all.map(\.name))
    #expect(SettingsSources.identifiers.count > 90)
    for (name, identifier) in SettingsSources.identifiers {
      #expect(names.contains(name), "Setting.\(identifier) is not listed")
    }
  }

  @Test func `every setting that works is stored or read`() throws {
    // A configuration does not show which settings were read, so this test searches the sources.
    for row in SettingTable.rows where row.definition.status == .working && !row.hasTarget {
      let identifier = try #require(SettingsSources.identifiers[row.name], "\(row.name) has no key")
      #expect(SettingsSources.read.contains(identifier), "\(row.name) is read nowhere")
    }
  }

  @Test func `every yes or no in the configuration has a setting`() {
    var changed = Configuration()
    for row in SettingTable.rows where row.definition.kind == .flag {
      row.store(row.definition.defaultText == "yes" ? "no" : "yes", in: &changed)
    }
    let before = flags(of: Configuration())
    let after = flags(of: changed)
    #expect(before.count > 30)
    // These two depend on the form of AuthservID, and on which data set is opened.
    #expect(
      before.keys.filter { before[$0] == after[$0] }.sorted() == [
        "dataSets.caseSensitive", "results.quotesAuthservID",
      ])
  }

  @Test func `a key gives the value or the default`() {
    let settings = Settings.parse("DNSTimeout 0x10\nSyslogFacility LOCAL7\nUMask 007\nLogWhy yes\n").settings
    #expect(settings[Setting.dnsTimeout] == 16)
    #expect(settings[Setting.syslogFacility] == .local7)
    #expect(settings[Setting.umask] == 7)
    #expect(settings[Setting.logWhy] && !settings[Setting.logResults])
    #expect(settings[Setting.maximumHeaders] == 65_536)
    #expect(settings[Setting.keyTable] == nil)
    #expect(settings.location(Setting.umask) == FileLocation(file: "<text>", line: 3))
    var configuration = Configuration()
    settings.store(in: &configuration)
    #expect(configuration.dns.timeout == 16 && configuration.log.syslogFacility == .local7)
    #expect(configuration.process.umask == 7 && configuration.log.logWhy)
  }

  /// The properties with the values true and false in the parts of a configuration, such as `log.logWhy`.
  private func flags(of configuration: Configuration) -> [String: Bool] {
    var flags: [String: Bool] = [:]
    for part in Mirror(reflecting: configuration).children {
      for property in Mirror(reflecting: part.value).children {
        guard let group = part.label, let name = property.label, let value = property.value as? Bool else { continue }
        flags["\(group).\(name)"] = value
      }
    }
    return flags
  }
}

/// What the sources say about keys.
private enum SettingsSources {
  /// The identifiers of the keys, by the names of their settings.
  static let identifiers: [String: String] = {
    var identifiers: [String: String] = [:]
    // `static let logWhy = SettingKey<Bool>(` and `"LogWhy", …`, on the same line or on the next.
    for definition in text(of: "Settings/Table").split(separator: "static let ") {
      let words = definition.split(separator: "\"", maxSplits: 2, omittingEmptySubsequences: false)
      guard words.count == 3, words[0].contains(" = SettingKey<") else { continue }
      identifiers[String(words[1])] = String(words[0].prefix { $0 != " " })
    }
    return identifiers
  }()

  /// The identifiers of the keys that the sources read.
  static let read: Set<String> = {
    let words = (text(of: "Loading") + text(of: "Settings")).split { !$0.isLetter && !$0.isNumber }
    return Set(zip(words, words.dropFirst()).filter { $0.0 == "Setting" }.map { String($0.1) })
  }()

  private static func text(of folder: String) -> String {
    let folder = TestFiles.package.appending("Sources/DKIMConfiguration").appending(folder).string
    let names = ((try? TestFiles.names(in: folder)) ?? []).filter { $0.hasSuffix(".swift") }
    return names.map { String(decoding: (try? TestFiles.read(folder + "/" + $0)) ?? [], as: UTF8.self) }.joined()
  }
}
