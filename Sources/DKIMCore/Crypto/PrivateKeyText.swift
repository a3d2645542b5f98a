/// Decodes the textual formats in which a private key is stored in a file or a table.
enum PrivateKeyText {
  enum Contents {
    case der([UInt8])
    /// The 32 bytes of an Ed25519 key. // RFC 8032 §5.1.5
    case seed([UInt8])
  }

  static func read(_ bytes: Span<UInt8>) throws(SigningKeyError) -> Contents {
    var offset = 0
    var first: PEMBlock?
    while let block = PEMBlock.find(in: bytes, from: offset) {
      // Certificates and parameters often precede the key they belong to.
      if block.label.hasSuffix("PRIVATE KEY") { return .der(try read(block, in: bytes)) }
      first = first ?? block
      offset = block.contents.upperBound
    }
    if let first { throw refusal(of: first) }
    return try readBase64(bytes)
  }

  private static func read(_ block: PEMBlock, in bytes: Span<UInt8>) throws(SigningKeyError) -> [UInt8] {
    switch block.label {
    case "PRIVATE KEY", "RSA PRIVATE KEY": break
    case "ENCRYPTED PRIVATE KEY": throw .encrypted
    case "OPENSSH PRIVATE KEY": throw .openSSH
    default: throw .wrongType(String(block.label.dropLast(" PRIVATE KEY".count)))
    }
    let text = bytes.extracting(block.contents)
    // "Proc-Type: 4,ENCRYPTED" and "DEK-Info: ...": the traditional PEM encryption. // RFC 1421 §4.6.1
    if PEMBlock.find(Array("ENCRYPTED".utf8), in: text, from: 0) != nil { throw .encrypted }
    guard block.isComplete else { throw .truncated }
    guard let der = Base64.decode(text) else { throw .badBase64 }
    guard !der.isEmpty else { throw .truncated }
    return der
  }

  private static func refusal(of block: PEMBlock) -> SigningKeyError {
    switch block.label {
    case "PUBLIC KEY", "RSA PUBLIC KEY": .publicKey
    case "CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE": .certificate
    default: .otherBlock(label: block.label)
    }
  }

  private static func readBase64(_ bytes: Span<UInt8>) throws(SigningKeyError) -> Contents {
    guard !bytes.indices.allSatisfy({ ASCII.isFWS(bytes[$0]) }) else { throw .empty }
    guard let decoded = Base64.decode(bytes), !decoded.isEmpty else { throw .notAKey }
    if decoded.count == Ed25519.keyLength { return .seed(decoded) }
    guard decoded[0] == DER.sequence else { throw .notASeed(bytes: decoded.count) }
    return .der(decoded)
  }
}
