import DKIMCore

/// Problems in the text of a published record.
enum RecordFaults {
  /// Returns why the record is not a key: first in the words of opendkim-testkey, then the probable causes.
  static func failures(_ error: KeyRecordError, _ bytes: [UInt8]) -> [KeyIssue] {
    let text = RecordText(bytes)
    let causes = causes(text, error)
    let first = KeyIssue(.failure, words(error), fix: causes.isEmpty ? fix(error) : nil)
    guard let repaired = text.repaired, let last = causes.last else { return [first] + causes }
    let fix = [last.fix, "the corrected record: \(repaired)"].compactMap { $0 }.joined(separator: "; ")
    return [first] + causes.dropLast() + [KeyIssue(.failure, last.text, fix: fix)]
  }

  /// Returns warnings about the text of a record that is a key.
  static func warnings(_ bytes: [UInt8]) -> [KeyIssue] {
    let text = RecordText(bytes)
    var issues: [KeyIssue] = []
    if text.keyHoldsBlanks {
      issues.append(
        KeyIssue(
          .warning, "white space inside p=: the strings of the record were joined with spaces between them",
          fix: "not every receiver ignores it; publish p= in one piece, split only by the quotes of the zone file"))
    }
    if text.holdsQuotes || text.holdsEscapes {
      issues.append(
        KeyIssue(
          .warning, "the record itself contains quotes or backslashes that belong in a zone file",
          fix: "publish it without them" + (text.repaired.map { ": \($0)" } ?? "")))
    }
    return issues
  }

  private static func words(_ error: KeyRecordError) -> String {
    switch error {
    case .keyMissing: "key missing"
    case .revoked: "Revoked key"
    case .tagList(let error): "syntax error in key data: \(error)"
    case .versionNotFirst: "syntax error in key data: v= is not the first tag"
    case .badValue(let tag, let found): "syntax error in key data: \(tag)=\(PrintableText.escaped(found))"
    case .notBase64: "syntax error in key data: p= is not base64"
    case .incompatibleVersion, .unknownKeyType, .tooLong, .badKey: PrintableText.escaped("\(error)")
    }
  }

  private static func fix(_ error: KeyRecordError) -> String {
    switch error {
    case .keyMissing: "publish the complete record that was generated with the key; it ends with p= and the key"
    case .revoked: "the key was revoked; generate a new one with a new selector and sign with that one"
    case .versionNotFirst: "put v=DKIM1 at the beginning of the record"
    case .incompatibleVersion: "the record must begin with v=DKIM1, in uppercase"
    case .unknownKeyType: "k= must be rsa or ed25519"
    case .badKey(.privateKey): "generate a new key now: with this record, anyone can sign as you"
    case .badKey(.ed25519Length): "with k=ed25519, p= must be the 32 bytes of the key in base64, 44 characters"
    case .tagList, .badValue, .tooLong, .notBase64, .badKey:
      "publish the record as it was generated with the key; dkimtool genkey --from KEYFILE prints it"
    }
  }

  private static func causes(_ text: RecordText, _ error: KeyRecordError) -> [KeyIssue] {
    var issues: [KeyIssue] = []
    func found(_ words: String, _ fix: String) { issues.append(KeyIssue(.failure, words, fix: fix)) }
    if text.holdsEscapes {
      found(
        "the record itself contains backslashes, as in \"\\;\"",
        "if you enter records in a form, omit the escapes of zone files")
    }
    if text.holdsParentheses {
      found("the record itself contains parentheses", "omit them; they belong only in zone files")
    }
    if text.holdsQuotes {
      let location = text.publicKey?.contains(UInt8(ascii: "\"")) == true ? " inside p=" : ""
      found(
        "the record itself contains quotes\(location): the strings of a zone file were entered as one string",
        "if you enter records in a form, omit the quotes and the spaces between the strings")
    }
    if let location = text.foreignByte {
      found(
        "byte \(location + 1) of the record is not ASCII",
        "typographic quotes, hidden spaces and the like come from copying out of documents; type them again")
    }
    if text.versionIsNotFirst, error != .versionNotFirst {
      found("v= is not the first tag", "put v=DKIM1 at the beginning of the record")
    }
    return issues + keyCauses(text, error)
  }

  private static func keyCauses(_ text: RecordText, _ error: KeyRecordError) -> [KeyIssue] {
    guard let key = text.publicKey, !key.isEmpty else { return [] }
    if String(decoding: key, as: UTF8.self).contains("-----") {
      return [
        KeyIssue(
          .failure, "p= contains the lines of a PEM file",
          fix: "publish only the base64 between the BEGIN and END lines")
      ]
    }
    if error == .notBase64, let byte = text.badKeyByte {
      let character = byte > 0x20 && byte < 0x7F ? "\"\(Unicode.Scalar(byte))\"" : "a byte with the value \(byte)"
      return [KeyIssue(.failure, "p= contains \(character), which is not valid in base64", fix: fix(error))]
    }
    let isShortened: Bool
    switch error {
    case .notBase64, .badKey(.malformed): isShortened = text.bytes.count == 255 || text.bytes.count == 256
    default: isShortened = false
    }
    if isShortened {
      return [
        KeyIssue(
          .failure, "the record ends at byte \(text.bytes.count): it was probably cut to one string of 255 bytes",
          fix: "publish the rest as a second string of the same record; dkimtool genkey --print split shows how")
      ]
    }
    if case .badKey(.malformed) = error, key.count == 44 {
      return [
        KeyIssue(
          .failure, "p= has the length of an Ed25519 key, but the record says RSA", fix: "add k=ed25519 before p=")
      ]
    }
    return []
  }
}
