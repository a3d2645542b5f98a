internal import DKIMCore

/// Checks of signed header fields and body lengths.
extension ConfigurationDraft {
  /// Checks SignHeaders, OmitHeaders and OversignHeaders: reports names that are in both of the first two, oversigned
  /// names that the first two do not select, and an OversignHeaders without From.
  mutating func checkHeaders() async {
    await checkOmitted()
    let selection = configuration.signing.signedHeaders
    for name in configuration.signing.oversignHeaders where name != .from && !selection.contains(name) {
      report(
        .note, about: Setting.oversignHeaders,
        "OversignHeaders names \(PrintableText.quoted(name.text)), which SignHeaders does not select: fields with this "
          + "name are signed nevertheless, because the signature would be bad otherwise")
    }
    guard configuration.roles.contains(.sign),
      !configuration.signing.oversignHeaders.contains(.from)
    else { return }
    if case .none = configuration.signing.keys { return }
    report(
      .note, about: Setting.oversignHeaders,
      "OversignHeaders does not name From: anyone can add a second From field without breaking the signature",
      fix: "write OversignHeaders From")
  }

  /// Reports names in SignHeaders that OmitHeaders excludes.
  private mutating func checkOmitted() async {
    guard settings.has(Setting.omitHeaders), let signed = await names(Setting.signHeaders) else { return }
    let names = signed.filter { $0 != "*" && !$0.hasPrefix("-") }.map {
      $0.hasPrefix("+") ? String($0.dropFirst()) : $0
    }
    let selection = configuration.signing.signedHeaders
    // From is always signed, so it is not reported.
    for name in names where !((try? HeaderFieldName(name)).map { $0 == .from || selection.contains($0) } ?? false) {
      report(
        .warning, about: Setting.omitHeaders,
        "\(PrintableText.quoted(name)) is in both SignHeaders and OmitHeaders, so it is not signed",
        fix: "remove it from one of the two settings")
    }
  }

  /// Reports settings that sign with `l=`, which lets anyone append text to a message.
  mutating func checkLengths() {
    if configuration.signing.maximumSignedBytes != nil {
      report(
        .warning, about: Setting.maximumSignedBytes,
        "MaximumSignedBytes: anyone can append text after the signed bytes of a message without breaking the signature",
        fix: "remove the line unless you need it")
    }
    guard let entry = settings.entry(Setting.bodyLengthDB) else { return }
    report(
      .note, about: Setting.bodyLengthDB,
      "BodyLengthDB: anyone can append text to messages for these recipients without breaking the signature")
    // Only for a list in the setting itself: a file name is not a pattern, and a pattern file reports its own rows.
    guard entry.value.contains(".*"), !entry.value.hasPrefix("/"), !entry.value.contains("file:") else { return }
    report(
      .warning, about: Setting.bodyLengthDB,
      "BodyLengthDB: \".*\" matches no recipient, because a dot matches only a dot",
      fix: "write * to match every recipient")
  }
}
