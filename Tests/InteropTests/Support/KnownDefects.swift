/// Known defects of peers: messages with all the shapes of a defect are not passed to the peer.
struct KnownDefect: Sendable {
  enum Role: Sendable { case signs, verifies }

  let peer: PeerKind
  let roles: [Role]
  let shapes: Set<Shape>
  let reason: String

  static let all: [KnownDefect] = ofDkimpy + ofMailDKIM + ofLibopendkim

  private static let ofDkimpy = [
    KnownDefect(
      peer: .dkimpy, roles: [.signs, .verifies], shapes: [.spaceBeforeColon],
      reason: "takes such a line for no header field and refuses the whole message (RFC 5322 §4.5 allows it)"),
    KnownDefect(
      peer: .dkimpy, roles: [.signs, .verifies], shapes: [.tabBeforeColon], reason: "as for a space"),
    KnownDefect(
      peer: .dkimpy, roles: [.signs, .verifies], shapes: [.relaxedHeader, .control],
      reason: "takes VT and FF for white space; WSP is SP and HT (RFC 6376 §3.4.2, RFC 5234)"),
    KnownDefect(
      peer: .dkimpy, roles: [.signs, .verifies], shapes: [.relaxedBody, .noFinalLineEndAfterSpace],
      reason: "adds the CRLF after it has looked for white space at line ends (RFC 6376 §3.4.4 a)"),
  ]

  private static let ofMailDKIM = [
    KnownDefect(
      peer: .mailDKIM, roles: [.signs, .verifies], shapes: [.ed25519],
      reason: "its releases up to 1.20230212 do not have Ed25519 (RFC 8463)"),
    KnownDefect(
      peer: .mailDKIM, roles: [.signs, .verifies], shapes: [.relaxedHeader, .control],
      reason: "takes VT and FF for white space; WSP is SP and HT (RFC 6376 §3.4.2, RFC 5234)"),
    KnownDefect(
      peer: .mailDKIM, roles: [.signs, .verifies], shapes: [.simpleBody, .noFinalLineEnd],
      reason: "does not add the CRLF at the end of the body (RFC 6376 §3.4.3)"),
    KnownDefect(peer: .mailDKIM, roles: [.verifies], shapes: [.bodyLengthZero], reason: "takes l=0 for no l= at all"),
    KnownDefect(
      peer: .mailDKIM, roles: [.verifies], shapes: [.bodyLength, .simpleBody, .emptyBody],
      reason: "hashes the CRLF that an empty body stands for whole, whatever l= says (RFC 6376 §3.4.3)"),
    KnownDefect(
      peer: .mailDKIM, roles: [.verifies], shapes: [.bodyLength, .simpleBody, .onlyLineEnds],
      reason: "as for an empty body"),
    KnownDefect(
      peer: .mailDKIM, roles: [.verifies], shapes: [.bodyLength, .simpleBody, .noBody],
      reason: "as for an empty body"),
  ]

  private static let ofLibopendkim = [
    KnownDefect(
      peer: .libopendkim, roles: [.signs], shapes: [.ed25519, .simpleHeader],
      reason: "hashes b= on another line than the one it writes it on"),
    KnownDefect(
      peer: .libopendkim, roles: [.signs, .verifies], shapes: [.tabBeforeColon],
      reason: "takes the tab for a part of the name and refuses the field; it takes a space (RFC 5322 §4.5)"),
    KnownDefect(
      peer: .libopendkim, roles: [.signs, .verifies], shapes: [.relaxedHeader, .control],
      reason: "takes VT and FF for white space; WSP is SP and HT (RFC 6376 §3.4.2, RFC 5234)"),
    KnownDefect(
      peer: .libopendkim, roles: [.signs, .verifies], shapes: [.relaxedBody, .noFinalLineEnd],
      reason: "refuses it: CRLF at end of body missing (RFC 6376 §3.4.4 adds it)"),
    KnownDefect(
      peer: .libopendkim, roles: [.signs, .verifies], shapes: [.simpleBody, .noFinalLineEnd],
      reason: "does not add the CRLF where the body is longer than its buffer (RFC 6376 §3.4.3)"),
    KnownDefect(
      peer: .libopendkim, roles: [.signs, .verifies], shapes: [.relaxedBody, .bareCR],
      reason: "drops white space before a CR that ends no line (RFC 6376 §3.4.4 a)"),
    KnownDefect(
      peer: .libopendkim, roles: [.signs, .verifies], shapes: [.simpleBody, .bareCR],
      reason: "hashes a line that is nothing but CR differently from what it is (RFC 6376 §3.4.3)"),
    KnownDefect(
      peer: .libopendkim, roles: [.signs, .verifies], shapes: [.utf8Identity],
      reason: "takes no octets above 127 in a signature field (RFC 8616 §4)"),
    KnownDefect(
      peer: .libopendkim, roles: [.signs, .verifies], shapes: [.quotedIdentity],
      reason: "takes the first @ of i= for the one before the domain"),
  ]

  /// Defects of opendkim-testmsg, in addition to those of its library.
  static let ofTestmsg = [
    KnownDefect(
      peer: .libopendkim, roles: [.signs, .verifies], shapes: [.noDate],
      reason: "no defect: it checks the header first, and RFC 5322 §3.6 asks for Date"),
    KnownDefect(
      peer: .libopendkim, roles: [.signs, .verifies], shapes: [.simpleHeader, .noBody],
      reason: "where no empty line follows, it leaves the last field's CRLF in the field (RFC 6376 §3.4.1)"),
  ]

  /// Signatures of one peer that another cannot verify.
  static let betweenPeers = [
    KnownDefect(
      peer: .dkimpy, roles: [.verifies], shapes: [.copiedHeaders],
      reason: "takes a b= behind white space within z= for the tag; libopendkim folds z= at any place")
  ]

  static func of(_ peer: PeerKind, _ role: Role) -> [KnownDefect] {
    all.filter { $0.peer == peer && $0.roles.contains(role) }
  }
}
