internal import DKIMCore
internal import SystemSupport

/// Loads the rules for signing.
extension ConfigurationDraft {
  mutating func loadSigning() async {
    var rules = configuration.signing
    if let text = settings[Setting.canonicalization] {
      if let canonicalization = Canonicalization(text) {
        rules.canonicalization = canonicalization
      } else {
        report(
          about: Setting.canonicalization,
          "unknown canonicalization algorithm \(PrintableText.quoted(text)), expected HEADER or HEADER/BODY, "
            + "where each is simple or relaxed", fix: "for example, write relaxed/simple")
      }
    }
    rules.signedHeaders = await signedHeaders()
    rules.oversignHeaders = await oversignedHeaders()
    if rules.signatureTTL == .zero { rules.signatureTTL = nil }
    rules.bodyLengthDB = await members(Setting.bodyLengthDB)
    rules.replaceRules = await replaceRules()
    rules.identityHeader = identityHeader()
    rules.atpsDomains = await members(Setting.atpsDomains)
    configuration.signing = rules
    loadSignatureAlgorithm()
  }

  private mutating func identityHeader() -> HeaderFieldName? {
    guard let text = settings[Setting.identityHeader] else {
      if configuration.signing.removesIdentityHeader {
        report(
          .warning, about: Setting.identityHeaderRemove, "IdentityHeaderRemove has no effect without IdentityHeader",
          fix: "add IdentityHeader")
      }
      return nil
    }
    let name = try? HeaderFieldName(text)
    // Without them, the message would not be the one that the sender wrote.
    let mustStay = name == .from || name == .dkimSignature
    if name == nil || mustStay && configuration.signing.removesIdentityHeader {
      report(
        about: Setting.identityHeader,
        "IdentityHeader: \(PrintableText.quoted(text)) is "
          + (name == nil ? "not a valid header field name" : "a field that must not be removed"),
        fix: "write the name of a field that only the identity is in, without a colon")
    }
    return name
  }

  private mutating func replaceRules() async -> ReplaceRules? {
    let fields = await replacedFields()
    guard let path = settings.path(Setting.replaceRules) else {
      if settings.has(Setting.replaceHeaders) {
        report(
          .warning, about: Setting.replaceHeaders, "ReplaceHeaders has no effect without ReplaceRules",
          fix: "remove the line")
      }
      return nil
    }
    do throws(FileProblem) {
      let bytes = try SizeLimitedFile.read(path, limit: ReplaceRules.maximumFileLength)
      let (rules, problems) = ReplaceRules.read(bytes, file: path)
      self.problems.add(problems)
      if rules.isEmpty, !problems.hasErrors {
        report(.warning, about: Setting.replaceRules, "ReplaceRules: \(path) has no rules", fix: "remove the line")
      }
      return rules.isEmpty ? nil : ReplaceRules(rules, fields: fields)
    } catch {
      report(about: Setting.replaceRules, "ReplaceRules \(error)", fix: error.fix)
      return nil
    }
  }

  /// Returns the patterns in `ReplaceHeaders`.
  private mutating func replacedFields() async -> [String] {
    guard let names = await names(Setting.replaceHeaders), !names.isEmpty else { return ["*"] }
    for name in names where (try? HeaderFieldName(name)) == nil {
      report(
        about: Setting.replaceHeaders, "ReplaceHeaders: \(PrintableText.quoted(name)) is not a valid header field name",
        fix: "write names without a colon or spaces, separated by commas")
    }
    return names
  }

  /// Loads `SignatureAlgorithm`, also for tools that need only the rules for keys.
  mutating func loadSignatureAlgorithm() {
    configuration.signing.signatureAlgorithm = algorithm()
  }

  private mutating func algorithm() -> KeyType? {
    switch settings[Setting.signatureAlgorithm]?.lowercased() {
    case "rsa-sha256": return .rsa
    case "ed25519-sha256": return .ed25519
    case "rsa-sha1":
      report(
        about: Setting.signatureAlgorithm,
        "SignatureAlgorithm rsa-sha1: verifiers no longer accept rsa-sha1 signatures (RFC 8301)",
        fix: "remove the line; the algorithm follows from the type of each key")
      return nil
    default: return nil
    }
  }

  private mutating func signedHeaders() async -> HeaderSelection {
    let standard = HeaderSelection.opendkim
    let signed = await selection(Setting.signHeaders, base: standard.patterns)
    let omitted = await selection(Setting.omitHeaders, base: standard.excluded)
    let names = signed.patterns ?? standard.patterns
    // A field that SignHeaders names is not excluded by the default of OmitHeaders.
    let wanted = Set(names.map { $0.lowercased() })
    let left = omitted.patterns ?? standard.excluded.filter { !wanted.contains($0.lowercased()) }
    return HeaderSelection(names, excluding: signed.left + left)
  }

  /// Returns the names in `OversignHeaders` without DKIM-Signature.
  ///
  /// In OpenDKIM, an oversigned DKIM-Signature field forbids any other signature, so signing with two keys breaks both
  /// signatures. // RFC 6376 §5.4
  private mutating func oversignedHeaders() async -> [HeaderFieldName] {
    let names = await fieldNames(Setting.oversignHeaders) ?? []
    let others = names.filter { $0 != .dkimSignature }
    guard others.count < names.count else { return names }
    let isList = (try? DataSetSpecification(settings[Setting.oversignHeaders]?.text ?? ""))?.kind == .csl
    let list = others.isEmpty ? "From" : others.map(\.text).joined(separator: ",")
    report(
      .warning, about: Setting.oversignHeaders,
      "OversignHeaders: DKIM-Signature is ignored, because each signature would forbid all others",
      fix: isList ? "write OversignHeaders \(list)" : "remove the row")
    return others
  }

  /// Reads a list of header fields, or of changes to the names in `base`.
  ///
  /// - Returns: the patterns, and the names that are excluded with `-`.
  private mutating func selection(
    _ setting: SettingKey<DataSetText?>, base: [String]
  ) async -> (patterns: [String]?, left: [String]) {
    guard var list = await names(setting), !list.isEmpty else { return (nil, []) }
    // In opendkim.conf(5), "-" means an empty list.
    if list == ["-"], setting.name == Setting.omitHeaders.name { return ([], []) }
    if list[0] != "*", list.allSatisfy({ $0.hasPrefix("+") || $0.hasPrefix("-") }) {
      report(
        .warning, about: setting,
        "\(setting.name) has changes (+ or -) without \"*\"; they are applied to the default list",
        fix: "write \"*,\" before the first entry")
      list.insert("*", at: 0)
    }
    do throws(HeaderSelectionError) {
      let selection = try HeaderSelection(list: list, base: HeaderSelection(base))
      let left = Set(selection.excluded.map { $0.lowercased() })
      return (selection.patterns.filter { !left.contains($0.lowercased()) }, selection.excluded)
    } catch {
      report(about: setting, "\(setting.name): \(error)")
      return (nil, [])
    }
  }
}
