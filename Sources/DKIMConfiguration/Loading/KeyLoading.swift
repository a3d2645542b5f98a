internal import DKIMCore

/// Which keys sign for whom; the combinations that make sense.
extension ConfigurationDraft {
  mutating func takeKeys() async {
    let keyTable = await set("KeyTable", caseSensitive: true)
    let signingTable = await set("SigningTable")
    let hasKeyTable = settings.entry("KeyTable") != nil
    switch (hasKeyTable, settings.entry("SigningTable") != nil) {
    case (true, true):
      noteIgnored()
      if let keyTable, let signingTable {
        configuration.signing.keys = .tables(
          SigningTable(signingTable), KeyTable(keyTable, baseDirectory: settings.text("BaseDirectory")))
      }
    case (false, true):
      complain(
        about: "SigningTable", "use of SigningTable requires KeyTable",
        mend: "add KeyTable, which tells domain, selector and file of each key")
    case (true, false):
      complain(
        about: "KeyTable", "KeyTable requires either SigningTable or SetupPolicyScript",
        mend: "add SigningTable, which tells who signs with which key")
    case (false, false): await takeSingleKey()
    }
  }

  private mutating func noteIgnored() {
    for name in ["Domain", "Selector", "KeyFile", "SubDomains"] where settings.entry(name) != nil {
      if name == "SubDomains", !settings.flag(name) { continue }
      complain(.warning, about: name, "\(name) has no effect beside KeyTable and SigningTable", mend: "remove the line")
    }
  }

  private mutating func takeSingleKey() async {
    let domains = await members("Domain")
    guard let file = path("KeyFile"), let selectorText = settings.text("Selector") else {
      if settings.entry("KeyFile") != nil || settings.entry("Selector") != nil {
        complain(
          about: settings.entry("KeyFile") != nil ? "KeyFile" : "Selector",
          "KeyFile and Selector must both be defined or both be undefined",
          mend: settings.entry("KeyFile") != nil ? "add Selector" : "add KeyFile")
      } else if settings.entry("Domain") != nil {
        complain(about: "Domain", "Domain requires KeyFile and Selector", mend: "add KeyFile and Selector")
      }
      return
    }
    guard settings.entry("Domain") != nil else {
      complain(
        .warning, about: "KeyFile", "nothing is signed: KeyFile and Selector are there, and Domain is not",
        mend: "add Domain")
      return
    }
    do throws(DomainNameError) {
      let selector = try Selector(selectorText)
      guard let domains else { return }
      configuration.signing.keys = .single(
        SigningRules.SingleKey(
          domains: domains, subDomains: settings.flag("SubDomains"), selector: selector, key: .file(file)))
    } catch {
      complain(about: "Selector", "Selector \(SettingText.shown(selectorText)) \(error)")
    }
  }
}
