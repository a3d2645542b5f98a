internal import DKIMCore

/// Loads the rules for verifying signatures.
extension ConfigurationDraft {
  mutating func loadVerification() async {
    var rules = configuration.verification
    let signatures = rules.policy.maximumSignatures
    let most = VerificationRules.maximumSignatures
    rules.policy.maximumSignatures = signatures == 0 ? most : min(signatures, most)
    if signatures > most {
      report(
        .note, about: Setting.maximumSignaturesToVerify,
        "MaximumSignaturesToVerify \(signatures) is treated as \(most), the maximum")
    }
    if rules.policy.clockDrift == .zero { rules.policy.clockDrift = VerificationPolicy.standard.clockDrift }
    rules.policy.minimumRSABits = configuration.signing.minimumKeyBits
    rules.minimum = minimum()
    rules.mustBeSigned = await fieldNames(Setting.mustBeSigned) ?? []
    rules.trustSignaturesFrom = await members(Setting.trustSignaturesFrom)
    configuration.verification = rules
  }

  mutating func loadRates() async {
    configuration.rates.limits = await openDataSet(Setting.rateLimits).map { RateLimitTable($0) }
    for setting in [Setting.flowDataFactor, Setting.flowDataTTL] where settings[setting] < 1 {
      report(about: setting, "\(setting.name) \(settings[setting]): expected at least 1")
    }
  }

  private mutating func minimum() -> Minimum? {
    guard let text = settings[Setting.minimum] else { return nil }
    guard let minimum = Minimum(text) else {
      report(
        about: Setting.minimum, "illegal value for \"Minimum\": \(PrintableText.quoted(text)), expected N, N% or N+",
        fix: "for example, write 100% if the whole body must be signed")
      return nil
    }
    return minimum == .bytes(0) ? nil : minimum
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
    default: self = .bytes(UInt64(number))
    }
  }
}
