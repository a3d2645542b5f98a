internal import DKIMCore

/// Loads the rules for verifying signatures.
extension ConfigurationDraft {
  /// The upper limit of `MaximumSignaturesToVerify`, which also applies if the setting is 0.
  static let mostSignatures = 100

  mutating func loadVerification() async {
    var rules = VerificationRules()
    let signatures = settings.integer("MaximumSignaturesToVerify") ?? 3
    rules.policy.maximumSignatures = signatures == 0 ? Self.mostSignatures : min(signatures, Self.mostSignatures)
    if signatures > Self.mostSignatures {
      complain(
        .note, about: "MaximumSignaturesToVerify",
        "MaximumSignaturesToVerify \(signatures) is treated as \(Self.mostSignatures), the maximum")
    }
    let drift = settings.integer("ClockDrift") ?? 300
    rules.policy.clockDrift = .seconds(drift == 0 ? 300 : drift)
    rules.policy.minimumRSABits = settings.integer("MinimumKeyBits") ?? 1024
    rules.minimum = minimum()
    rules.mustBeSigned = await fieldNames("MustBeSigned") ?? []
    rules.trustSignaturesFrom = await members("TrustSignaturesFrom")
    rules.unprotectedKey = treatment("UnprotectedKey") ?? .none
    rules.bogusKey = treatment("BogusKey") ?? .fail
    rules.requiredHeaders = settings.flag("RequiredHeaders")
    rules.strictHeaders = settings.flag("StrictHeaders")
    rules.ignoreMalformedMail = settings.flag("IgnoreMalformedMail")
    configuration.verification = rules
  }

  private func treatment(_ name: String) -> VerificationRules.KeyTreatment? {
    settings.text(name).flatMap { VerificationRules.KeyTreatment(rawValue: $0.lowercased()) }
  }

  private mutating func minimum() -> Minimum? {
    guard let text = settings.text("Minimum") else { return nil }
    guard let minimum = Minimum(text) else {
      complain(
        about: "Minimum", "illegal value for \"Minimum\": \(SettingText.shown(text)), expected N, N% or N+",
        fix: "for example, write 100% if the whole body must be signed")
      return nil
    }
    return minimum == .octets(0) ? nil : minimum
  }
}

extension Minimum {
  /// Parses `n`, `n%` or `n+`.
  init?(_ text: String) {
    let last = text.utf8.last
    let digits = last == UInt8(ascii: "%") || last == UInt8(ascii: "+") ? String(text.dropLast()) : text
    guard let number = SettingValue.integer(digits) else { return nil }
    switch last {
    case UInt8(ascii: "%"):
      guard number <= 100 else { return nil }
      self = .percent(number)
    case UInt8(ascii: "+"): self = .unsigned(UInt64(number))
    default: self = .octets(UInt64(number))
    }
  }
}
