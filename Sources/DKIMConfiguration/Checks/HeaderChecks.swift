internal import DKIMCore

/// Checks of signed header fields and body lengths.
extension ConfigurationDraft {
  /// Checks OversignHeaders: oversigning protects only a field that is also signed.
  mutating func checkHeaders() async {
    await checkOmitted()
    let selection = configuration.signing.signedHeaders
    let unsigned = configuration.signing.oversignHeaders.filter { $0 != .from && !selection.contains($0) }
    for name in unsigned {
      report(
        .warning, about: Setting.oversignHeaders,
        "OversignHeaders names \(PrintableText.quoted(name.text)), which is not signed: in a message that has this "
          + "field, the field is not protected, and the signature may be bad", fix: signing(unsigned.map(\.text)))
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
    for name in names where !((try? HeaderFieldName(name)).map { $0 == .from || selection.contains($0) } ?? false) {
      report(
        .warning, about: Setting.omitHeaders,
        "\(PrintableText.quoted(name)) is in both SignHeaders and OmitHeaders, so it is not signed",
        fix: "remove it from one of the two settings")
    }
  }

  /// The suggested fix: the SignHeaders line that also includes these fields.
  private func signing(_ names: [String]) -> String {
    guard let text = settings[Setting.signHeaders]?.text else {
      return "write SignHeaders *,+\(names.joined(separator: ",+"))"
    }
    guard let set = try? DataSetSpecification(text), set.kind == .csl else {
      return "add \(names.joined(separator: " and ")) to the list in SignHeaders"
    }
    let isChange = ["*", "+", "-"].contains { text.hasPrefix($0) }
    return "write SignHeaders \(text)\(names.map { (isChange ? ",+" : ",") + $0 }.joined())"
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
    guard entry.value.contains(".*"), !entry.value.hasPrefix("/"), !entry.value.contains("file:") else { return }
    report(
      .warning, about: Setting.bodyLengthDB,
      "BodyLengthDB: \".*\" matches no recipient, because a dot matches only a dot",
      fix: "write * to match every recipient")
  }
}
