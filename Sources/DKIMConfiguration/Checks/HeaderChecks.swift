/// Header fields and lengths.
extension ConfigurationDraft {
  /// Naming a field once more protects it only where it is signed.
  mutating func checkHeaders() async {
    await checkOmitted()
    let selection = configuration.signing.signedHeaders
    let unsigned = configuration.signing.oversignHeaders.filter { $0.lowercased() != "from" && !selection.contains($0) }
    for name in unsigned {
      complain(
        .warning, about: "OversignHeaders",
        "OversignHeaders names \(SettingText.shown(name)), which is not signed: where a message has it, the signature "
          + "protects nothing, and may be bad", fix: signing(unsigned))
    }
    guard configuration.roles.contains(.sign),
      !configuration.signing.oversignHeaders.contains(where: { $0.lowercased() == "from" })
    else { return }
    if case .none = configuration.signing.keys { return }
    complain(
      .note, about: "OversignHeaders", "a second From field can be added to signed mail without breaking the signature",
      fix: "write OversignHeaders From")
  }

  /// Names in SignHeaders that OmitHeaders leaves out.
  private mutating func checkOmitted() async {
    guard settings.entry("OmitHeaders") != nil, let signed = await names("SignHeaders") else { return }
    let names = signed.filter { $0 != "*" && !$0.hasPrefix("-") }.map {
      $0.hasPrefix("+") ? String($0.dropFirst()) : $0
    }
    for name in names where !configuration.signing.signedHeaders.contains(name) && name.lowercased() != "from" {
      complain(
        .warning, about: "OmitHeaders",
        "\(SettingText.shown(name)) is in SignHeaders and in OmitHeaders: it is not signed",
        fix: "remove it from one of the two")
    }
  }

  /// The line with which the fields are signed too.
  private func signing(_ names: [String]) -> String {
    guard let text = settings.text("SignHeaders") else {
      return "write SignHeaders *,+\(names.joined(separator: ",+"))"
    }
    guard let set = try? DataSetSpecification(text), set.kind == .csl else {
      return "add \(names.joined(separator: " and ")) to what SignHeaders names"
    }
    let isChange = ["*", "+", "-"].contains { text.hasPrefix($0) }
    return "write SignHeaders \(text)\(names.map { (isChange ? ",+" : ",") + $0 }.joined())"
  }

  /// l= lets others add to a message.
  mutating func checkLengths() {
    if configuration.signing.maximumSignedBytes != nil {
      complain(
        .warning, about: "MaximumSignedBytes",
        "MaximumSignedBytes: whatever is added behind the signed octets of a message keeps its signature good",
        fix: "remove the line unless you need it")
    }
    guard let entry = settings.entry("BodyLengthDB") else { return }
    complain(
      .note, about: "BodyLengthDB",
      "BodyLengthDB: text can be added to messages for these recipients without breaking the signature")
    guard entry.value.contains(".*"), !entry.value.hasPrefix("/"), !entry.value.contains("file:") else { return }
    complain(
      .warning, about: "BodyLengthDB", "BodyLengthDB: \".*\" matches nobody, since a dot stands for itself",
      fix: "write * for every recipient")
  }
}
