internal import DKIMCore

/// Loads the rules for signing.
extension ConfigurationDraft {
  mutating func loadSigning() async {
    var rules = SigningRules()
    if let text = settings.text("Canonicalization") {
      if let canonicalization = Canonicalization(text) {
        rules.canonicalization = canonicalization
      } else {
        complain(
          about: "Canonicalization",
          "unknown canonicalization algorithm \(SettingText.shown(text)), expected HEADER or HEADER/BODY, where each "
            + "is simple or relaxed", fix: "for example, write relaxed/simple")
      }
    }
    rules.signedHeaders = await signedHeaders()
    rules.oversignHeaders = await oversignedHeaders()
    rules.signatureTTL = settings.integer("SignatureTTL").flatMap { $0 > 0 ? .seconds($0) : nil }
    rules.maximumSignedBytes = settings.integer("MaximumSignedBytes").map { UInt64($0) }
    rules.bodyLengthDB = await members("BodyLengthDB")
    rules.multipleSignatures = settings.flag("MultipleSignatures")
    rules.checkSigningTable = settings.flag("CheckSigningTable")
    rules.diagnostics = settings.flag("Diagnostics")
    rules.requestReports = settings.flag("RequestReports")
    rules.removeOldSignatures = settings.flag("RemoveOldSignatures")
    loadKeySafety(&rules)
    rules.fixCRLF = settings.flag("FixCRLF")
    configuration.signing = rules
  }

  /// Loads the requirements for keys.
  mutating func loadKeySafety(_ rules: inout SigningRules) {
    rules.signatureAlgorithm = algorithm()
    rules.minimumKeyBits = settings.integer("MinimumKeyBits") ?? 1024
    rules.requireSafeKeys = settings.flag("RequireSafeKeys")
  }

  private mutating func algorithm() -> KeyType? {
    switch settings.text("SignatureAlgorithm")?.lowercased() {
    case "rsa-sha256": return .rsa
    case "ed25519-sha256": return .ed25519
    case "rsa-sha1":
      complain(
        about: "SignatureAlgorithm",
        "SignatureAlgorithm rsa-sha1: verifiers no longer accept rsa-sha1 signatures (RFC 8301)",
        fix: "remove the line; the algorithm follows from the type of each key")
      return nil
    default: return nil
    }
  }

  private mutating func signedHeaders() async -> HeaderSelection {
    let standard = HeaderSelection.opendkim
    let signed = await selection("SignHeaders", base: standard.patterns)
    let omitted = await selection("OmitHeaders", base: standard.excluded)
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
    let names = await fieldNames("OversignHeaders") ?? []
    let others = names.filter { $0 != .dkimSignature }
    guard others.count < names.count else { return names }
    let isList = (try? DataSetSpecification(settings.text("OversignHeaders") ?? ""))?.kind == .csl
    let list = others.isEmpty ? "From" : others.map(\.text).joined(separator: ",")
    complain(
      .warning, about: "OversignHeaders",
      "OversignHeaders: DKIM-Signature is ignored, because each signature would forbid all others",
      fix: isList ? "write OversignHeaders \(list)" : "remove the row")
    return others
  }

  /// Reads a list of header fields, or of changes to the names in `base`.
  ///
  /// - Returns: the patterns, and the names that are excluded with `-`.
  private mutating func selection(
    _ name: String, base: [String]
  ) async -> (patterns: [String]?, left: [String]) {
    guard var list = await names(name), !list.isEmpty else { return (nil, []) }
    // In opendkim.conf(5), "-" means an empty list.
    if list == ["-"], name == "OmitHeaders" { return ([], []) }
    if list[0] != "*", list.allSatisfy({ $0.hasPrefix("+") || $0.hasPrefix("-") }) {
      complain(
        .warning, about: name, "\(name) has changes (+ or -) without \"*\"; they are applied to the default list",
        fix: "write \"*,\" before the first entry")
      list.insert("*", at: 0)
    }
    do throws(HeaderSelectionError) {
      let selection = try HeaderSelection(list: list, base: HeaderSelection(base))
      let left = Set(selection.excluded.map { $0.lowercased() })
      return (selection.patterns.filter { !left.contains($0.lowercased()) }, selection.excluded)
    } catch {
      complain(about: name, "\(name): \(error)")
      return (nil, [])
    }
  }
}
