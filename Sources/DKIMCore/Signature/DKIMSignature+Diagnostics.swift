/// The tags that help signers to find out why a signature fails.
extension DKIMSignature {
  /// `r=y`: the signer asks for a report if the signature fails. // RFC 6651 §3.1
  package var requestsReports: Bool { value(of: "r")?.elementsEqual("y".utf8) ?? false }

  /// `z=`: the header fields at the time of signing; empty if the tag is absent. A part without a colon belongs to the
  /// value before it, because OpenDKIM does not encode `|` in values. // RFC 6376 §3.5
  package var copiedFields: [(name: String, value: [UInt8])] {
    var copies: [(name: String, value: [UInt8])] = []
    for part in (value(of: "z") ?? []).split(separator: UInt8(ascii: "|")) {
      let text = part.filter { !ASCII.isFWS($0) }
      if let colon = text.firstIndex(of: UInt8(ascii: ":")) {
        let value = QuotedPrintable.decode(Array(text[(colon + 1)...]).span).bytes
        copies.append((String(decoding: text[..<colon], as: UTF8.self), value))
      } else if !copies.isEmpty {
        copies[copies.count - 1].value += Array("|".utf8) + QuotedPrintable.decode(text.span).bytes
      }
    }
    return copies
  }

  private func value(of name: StaticString) -> ArraySlice<UInt8>? {
    let bytes = bytes
    guard let tags = try? TagList(bytes.span) else { return nil }
    return tags.tag(name, in: bytes.span).map { bytes[$0.value] }
  }
}
