import DKIMCore

/// What is wrong with the text of one published record.
enum RecordFaults {
  /// Why the record is no key, first in the words of opendkim-testkey, then what probably led to it.
  static func failures(_ error: KeyRecordError, _ octets: [UInt8]) -> [Finding] {
    let text = RecordText(octets)
    let causes = causes(text, error)
    let first = Finding(.failure, words(error), fix: causes.isEmpty ? fix(error) : nil)
    guard let repaired = text.repaired, let last = causes.last else { return [first] + causes }
    let fix = [last.fix, "the record without it: \(repaired)"].compactMap { $0 }.joined(separator: "; ")
    return [first] + causes.dropLast() + [Finding(.failure, last.words, fix: fix)]
  }

  /// What is odd about the text of a record that is a key.
  static func warnings(_ octets: [UInt8]) -> [Finding] {
    let text = RecordText(octets)
    var findings: [Finding] = []
    if text.keyHoldsBlanks {
      findings.append(
        Finding(
          .warning, "white space inside p=: the strings of the record were put together with blanks between them",
          fix: "not every receiver reads over it; publish p= in one piece, split only by the quotes of the zone file"))
    }
    if text.holdsQuotes || text.holdsEscapes {
      findings.append(
        Finding(
          .warning, "quotes or backslashes of a zone file are in the record itself",
          fix: "publish it without them" + (text.repaired.map { ": \($0)" } ?? "")))
    }
    return findings
  }

  private static func words(_ error: KeyRecordError) -> String {
    switch error {
    case .keyMissing: "key missing"
    case .revoked: "Revoked key"
    case .tagList(let error): "syntax error in key data: \(error)"
    case .versionNotFirst: "syntax error in key data: v= is there, but not as the first tag"
    case .badValue(let tag, let found): "syntax error in key data: \(tag)=\(SafeText.escaped(found))"
    case .notBase64: "syntax error in key data: p= is not base64"
    case .incompatibleVersion, .unknownKeyType, .tooLong, .badKey: SafeText.escaped("\(error)")
    }
  }

  private static func fix(_ error: KeyRecordError) -> String {
    switch error {
    case .keyMissing: "publish the whole record that was made with the key; it ends with p= and the key"
    case .revoked: "the key was withdrawn; make a new one under a new selector and sign with that"
    case .versionNotFirst: "put v=DKIM1 at the beginning of the record"
    case .incompatibleVersion: "the record has to begin with v=DKIM1, in capitals"
    case .unknownKeyType: "k= has to be rsa or ed25519"
    case .badKey(.privateKey): "make a new key now: with this record anybody can sign as you"
    case .badKey(.ed25519Length): "p= of k=ed25519 has to be base64 of the 32 octets of the key, 44 characters"
    case .tagList, .badValue, .tooLong, .notBase64, .badKey:
      "publish the record as it was made with the key; dkimtool genkey --from KEYFILE prints it"
    }
  }

  private static func causes(_ text: RecordText, _ error: KeyRecordError) -> [Finding] {
    var findings: [Finding] = []
    func found(_ words: String, _ fix: String) { findings.append(Finding(.failure, words, fix: fix)) }
    if text.holdsEscapes {
      found(
        "backslashes are in the record itself, as in \"\\;\"",
        "where records are put in by a form, leave the escapes of zone files out")
    }
    if text.holdsParentheses {
      found("parentheses of a zone file are in the record itself", "they belong to zone files only; leave them out")
    }
    if text.holdsQuotes {
      let place = text.publicKey?.contains(UInt8(ascii: "\"")) == true ? ", inside p=" : ""
      found(
        "quotes are in the record itself\(place): strings of a zone file were put in as one",
        "where records are put in by a form, leave the quotes and the blanks between strings out")
    }
    if let place = text.foreignOctet {
      found(
        "octet \(place + 1) of the record is not ASCII",
        "typographic quotes, hidden spaces and other marks come with copying from documents; type them anew")
    }
    if text.versionIsNotFirst, error != .versionNotFirst {
      found("v= is there, but not as the first tag", "put v=DKIM1 at the beginning of the record")
    }
    return findings + keyCauses(text, error)
  }

  private static func keyCauses(_ text: RecordText, _ error: KeyRecordError) -> [Finding] {
    guard let key = text.publicKey, !key.isEmpty else { return [] }
    if String(decoding: key, as: UTF8.self).contains("-----") {
      return [Finding(.failure, "p= has the lines of a PEM file", fix: "publish only what stands between the lines")]
    }
    if error == .notBase64, let octet = text.badKeyOctet {
      let character = octet > 0x20 && octet < 0x7F ? "\"\(Unicode.Scalar(octet))\"" : "octet \(octet)"
      return [Finding(.failure, "p= has \(character), which base64 does not have", fix: fix(error))]
    }
    let isShortened: Bool
    switch error {
    case .notBase64, .badKey(.malformed): isShortened = text.octets.count == 255 || text.octets.count == 256
    default: isShortened = false
    }
    if isShortened {
      return [
        Finding(
          .failure, "the record ends at octet \(text.octets.count): it was probably cut to one string of 255 octets",
          fix: "publish the rest as a second string of the same record; dkimtool genkey --print split shows how")
      ]
    }
    if case .badKey(.malformed) = error, key.count == 44 {
      return [
        Finding(.failure, "p= has the length of an Ed25519 key, the record says RSA", fix: "add k=ed25519 before p=")
      ]
    }
    return []
  }
}
