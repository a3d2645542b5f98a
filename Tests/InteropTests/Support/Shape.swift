/// An unusual property of a generated message or its signature; all of them are legal, or common in practice.
enum Shape: String, Sendable, Hashable, CaseIterable {
  // The signature
  case rsa, ed25519
  case simpleHeader, relaxedHeader, simpleBody, relaxedBody
  /// `h=` names missing fields, or one more than there are.
  case oversigned
  /// `i=` with a local part that has to be encoded.
  case encodedIdentity
  /// `i=` with a local part in UTF-8. // RFC 8616
  case utf8Identity
  /// `i=` with a quoted-string before the `@`, and an `@` in it.
  case quotedIdentity
  /// `i=`, whatever it is.
  case identity
  case expiration
  /// `l=`
  case bodyLength
  /// `l=0`
  case bodyLengthZero
  /// `z=`
  case copiedHeaders
  case severalSignatures

  // The header
  /// No Date, which RFC 5322 §3.6 requires.
  case noDate
  case spaceBeforeColon
  /// A horizontal tab before the colon.
  case tabBeforeColon
  case noSpaceAfterColon
  /// CRLF directly after the colon.
  case foldFirst
  /// A continuation line of white space only.
  case blankContinuation
  case emptyValue
  case trailingWhiteSpace
  case tabs
  case repeatedFields
  case veryLongField
  case utf8
  /// Bytes above 127 that are not UTF-8.
  case eightBit
  case manyRecipients
  case unusualCase
  case listFields
  case resentFields
  /// Control characters other than HT, CR and LF; VT and FF among them.
  case control

  // The body
  /// The message ends with its header, without an empty line.
  case noBody
  case emptyBody
  case onlyLineEnds
  case noFinalLineEnd
  /// White space at the end of a last line that has no CRLF.
  case noFinalLineEndAfterSpace
  case trailingLineEnds
  case whiteSpaceLines
  case bareCR
  case nul
  case utf8Body
  case longLines
  case largeBody
}
