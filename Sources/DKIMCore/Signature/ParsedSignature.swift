/// A DKIM-Signature field of a message, parsed. The milter parses a field at most once, although both its decision and
/// the verification need it.
package enum ParsedSignature: Sendable, Hashable {
  case valid(DKIMSignature)
  /// The field has an error or exceeds a limit; these tags could be read.
  case invalid(SignatureFieldError, SignatureTags)

  /// Parses the field at a position of a header, within the limits of a policy.
  package init(_ position: Int, in header: MessageHeader, _ policy: VerificationPolicy) {
    let parser: SignatureParser
    do { parser = try SignatureParser(header.value(of: position)) } catch {
      self = .invalid(error, SignatureTags())
      return
    }
    do {
      self = .valid(try DKIMSignature(parser, maximumHeaderNames: policy.maximumHeaderNames))
    } catch {
      self = .invalid(error, SignatureTags(readableIn: parser))
    }
  }
}
