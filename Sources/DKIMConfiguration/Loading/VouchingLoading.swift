internal import DKIMCore

/// Loads the rules for VBR-Info fields. // RFC 5518
extension ConfigurationDraft {
  /// The maximum number of trusted certifiers, all of which `VBR-TrustedCertifiersOnly` asks for each message.
  private static let maximumTrusted = 10

  mutating func loadVouching() async {
    if let text = settings[Setting.vbrCertifiers] {
      if let certifiers = VouchingRules.certifiers(in: text) {
        configuration.signing.vouching.certifiers = certifiers
      } else {
        report(
          about: Setting.vbrCertifiers,
          "VBR-Certifiers: \(PrintableText.quoted(text)) is not a list of at most \(VouchingRules.maximumCertifiers) "
            + "domain names, separated by colons or commas",
          fix: "for example, write certifier.example:other.example")
      }
    }
    let rules = configuration.signing.vouching
    if rules.isEnabled {
      // The signature should cover the new field. // RFC 5518 §7.1
      let signed = configuration.signing.signedHeaders
      configuration.signing.signedHeaders = HeaderSelection(signed.patterns + ["VBR-Info"], excluding: signed.excluded)
    }
    await loadTrustedCertifiers()
  }

  private mutating func loadTrustedCertifiers() async {
    var certifiers: [DomainName] = []
    for row in await rows(Setting.vbrTrustedCertifiers) ?? [] {
      do throws(DomainNameError) {
        certifiers.append(try DomainName(row.key))
      } catch {
        problems.add(
          ConfigurationProblem(
            .error, at: row.location ?? settings.location(Setting.vbrTrustedCertifiers),
            "VBR-TrustedCertifiers: \(PrintableText.quoted(row.key)) is not a certifier: as a domain name it \(error)",
            fix: "separate certifiers with commas"))
      }
    }
    let usesAll = configuration.verification.trustedCertifiersOnly
    if usesAll, certifiers.count > Self.maximumTrusted {
      report(
        .warning, about: Setting.vbrTrustedCertifiersOnly,
        "VBR-TrustedCertifiersOnly: only the first \(Self.maximumTrusted) of \(certifiers.count) certifiers are asked",
        fix: "remove certifiers from VBR-TrustedCertifiers")
      certifiers = Array(certifiers.prefix(Self.maximumTrusted))
    }
    if settings[Setting.vbrTrustedCertifiersOnly], !settings.has(Setting.vbrTrustedCertifiers) {
      report(
        .warning, about: Setting.vbrTrustedCertifiersOnly,
        "VBR-TrustedCertifiersOnly has no effect without VBR-TrustedCertifiers", fix: "add VBR-TrustedCertifiers")
    }
    configuration.verification.trustedCertifiers = certifiers
  }
}
