internal import DKIMCore

/// Loads the rules that decide whether a message is internal, external or left alone.
extension ConfigurationDraft {
  mutating func loadOrigin() async {
    loadMode()
    var origin = OriginRules()
    origin.allowConnectionsFrom = await hosts(Setting.allowConnectionsFrom)
    origin.peerList = await hosts(Setting.peerList)
    if let hosts = await hosts(Setting.internalHosts) { origin.internalHosts = hosts }
    origin.externalIgnoreList = await hosts(Setting.externalIgnoreList)
    origin.mta = await rows(Setting.mta, caseSensitive: true)?.map(\.key) ?? []
    origin.macroList = await rows(Setting.macroList, caseSensitive: true)?.map(Self.macroRule) ?? []
    origin.exemptDomains = await members(Setting.exemptDomains)
    origin.dontSignMailTo = await members(Setting.dontSignMailTo)
    noteBraces()
    if let names = await fieldNames(Setting.senderHeaders), !names.isEmpty { origin.senderHeaders = names }
    origin.senderMacro = settings[Setting.senderMacro].map(Self.macroName)
    origin.defaultSender = defaultSender()
    origin.resignMailTo = await members(Setting.resignMailTo)
    origin.popDatabase = await members(Setting.popDBFile)
    configuration.origin = origin
  }

  private mutating func defaultSender() -> MailAddress? {
    guard let text = settings[Setting.defaultSender] else { return nil }
    do throws(MailAddressError) {
      let address = try MailAddress(text)
      return MailAddress(localPart: address.localPart, domain: address.domain.lowercased)
    } catch {
      report(
        about: Setting.defaultSender, "DefaultSender \(PrintableText.quoted(text)): \(error)",
        fix: "write an address such as postmaster@example.com")
      return nil
    }
  }

  /// Notes that braces work here: after a migration from OpenDKIM, mail may be signed that was not signed before.
  private mutating func noteBraces() {
    guard let text = settings[Setting.macroList]?.text, TextBytes.contains(text, "{") else { return }
    report(
      .note, about: Setting.macroList,
      "MacroList: names in braces match here; in OpenDKIM they never match, because it treats the braces as part of "
        + "the name")
  }

  private mutating func loadMode() {
    guard let mode = settings[Setting.mode] else { return }
    var roles: Roles = []
    for letter in mode.lowercased() {
      switch letter {
      case "s": roles.insert(.sign)
      case "v": roles.insert(.verify)
      default:
        report(about: Setting.mode, "unknown mode \(PrintableText.quoted(mode)), expected s, v or sv")
        return
      }
    }
    configuration.roles = roles
  }

  /// Parses a row: `NAME`, `NAME=VALUE|VALUE`, or a line `NAME VALUE|VALUE`.
  static func macroRule(_ row: DataSetRow) -> MacroRule {
    var name = row.key
    var value = row.fields(1).first.flatMap { $0 } ?? ""
    let scalars = name.unicodeScalars
    if value.isEmpty, let equals = scalars.firstIndex(of: "=") {
      value = String(scalars[scalars.index(after: equals)...])
      name = String(scalars[..<equals])
    }
    let values = value.unicodeScalars.split(separator: "|").map { Self.trimmed(String($0)) }
    return MacroRule(name: macroName(name), values: values, location: row.location)
  }

  /// Removes the braces around a macro name, which are MTA syntax and not part of the name.
  static func macroName(_ text: String) -> String {
    TextBytes.unwrapped(text, "{", "}")
  }

  /// Removes spaces and tabs at both ends.
  static func trimmed(_ text: String) -> String {
    var scalars = text.unicodeScalars.drop { $0 == " " || $0 == "\t" }
    while let last = scalars.last, last == " " || last == "\t" { scalars.removeLast() }
    return String(scalars)
  }
}
