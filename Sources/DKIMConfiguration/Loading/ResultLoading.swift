internal import SystemSupport

/// Loads the actions on messages, and the rules for header fields that are added and removed.
extension ConfigurationDraft {
  mutating func loadActions() {
    var actions = Actions()
    if let all = settings.text("On-Default").flatMap(SettingValue.action) {
      actions.badSignature = all
      actions.dnsError = all
      actions.internalError = all
      actions.keyNotFound = all
      actions.noSignature = all
      actions.security = all
      actions.signatureError = all
    }
    take("On-BadSignature", into: &actions.badSignature)
    take("On-DNSError", into: &actions.dnsError)
    take("On-InternalError", into: &actions.internalError)
    take("On-KeyNotFound", into: &actions.keyNotFound)
    take("On-NoSignature", into: &actions.noSignature)
    take("On-Security", into: &actions.security)
    take("On-SignatureError", into: &actions.signatureError)
    actions.captureUnknownErrors = settings.flag("CaptureUnknownErrors")
    configuration.actions = actions
    configuration.limits.maximumHeaders = settings.integer("MaximumHeaders") ?? 65536
    loadOpenDKIMCompatibility()
  }

  private func take(_ name: String, into action: inout ConfiguredAction) {
    if let given = settings.text(name).flatMap(SettingValue.action) { action = given }
  }

  private mutating func loadOpenDKIMCompatibility() {
    for word in words("OpenDKIMCompatibility") {
      if let behaviour = OpenDKIMCompatibility(rawValue: word.lowercased()) {
        configuration.openDKIMCompatibility.insert(behaviour)
      } else {
        complain(
          about: "OpenDKIMCompatibility",
          "OpenDKIMCompatibility: unknown word \(SettingText.shown(word)), expected: "
            + OpenDKIMCompatibility.allCases.map(\.rawValue).joined(separator: ", "))
      }
    }
  }

  /// Returns the words of a list, separated by commas, spaces or tabs.
  func words(_ name: String) -> [String] {
    (settings.text(name) ?? "").split { $0 == "," || $0 == " " || $0 == "\t" }.map { String($0) }
  }

  mutating func loadResults() async {
    var results = ResultFieldRules()
    results.authservID = settings.text("AuthservID").map { $0 == "HOSTNAME" ? HostName.own : $0 }
    if let quoted = results.authservID, quoted.utf8.count > 2, quoted.hasPrefix("\""), quoted.hasSuffix("\"") {
      results.authservID = String(quoted.unicodeScalars.dropFirst().dropLast())
      results.quotesAuthservID = true
    }
    results.authservIDWithJobID = settings.flag("AuthservIDWithJobID")
    results.alwaysAddARHeader = settings.flag("AlwaysAddARHeader")
    results.keepAuthResults = settings.flag("KeepAuthResults")
    results.removeARAll = settings.flag("RemoveARAll")
    results.removeARFrom = await names("RemoveARFrom") ?? []
    results.noHeaderB = settings.flag("NoHeaderB")
    results.addCanonicalizedData = settings.flag("AddCanonicalizedData")
    results.softwareHeader = settings.flag("SoftwareHeader") || settings.flag("X-Header")
    if settings.flag("X-Header") {
      complain(
        .warning, about: "X-Header", "X-Header is an old name of SoftwareHeader", fix: "write SoftwareHeader yes")
    }
    configuration.results = results
  }
}
