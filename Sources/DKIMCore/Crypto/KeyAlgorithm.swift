/// The algorithm identified in the DER encoding of a key.
enum KeyAlgorithm: Hashable {
  case rsa
  case ed25519
  /// A key type that DKIM cannot use, with its common name.
  case other(String)
  /// An encryption scheme instead of a key type: the key is encrypted.
  case encryption

  /// Reads an AlgorithmIdentifier and checks that its parameters match the algorithm.
  /// // RFC 5280 §4.1.1.2, RFC 3279 §2.3.1, RFC 8410 §3
  static func read(_ reader: inout DERReader, in bytes: Span<UInt8>) throws(DERError) -> KeyAlgorithm {
    var inner = try reader.enter(in: bytes)
    let identifier = try inner.read(DER.objectIdentifier, in: bytes)
    let algorithm = name(Bytes.array(bytes.extracting(identifier)))
    switch algorithm {
    case .rsa:
      // The RFC requires NULL, but it is often omitted.
      if inner.nextTag(in: bytes) != nil {
        let null = try inner.read(DER.null, in: bytes)
        guard null.isEmpty else { throw DERError(fault: .valueForm, offset: null.lowerBound) }
      }
      try inner.requireEnd()
    case .ed25519: try inner.requireEnd()
    case .other, .encryption: break
    }
    return algorithm
  }

  private static func name(_ identifier: [UInt8]) -> KeyAlgorithm {
    switch identifier {
    case pkcs + [1, 1]: .rsa
    case [0x2B, 0x65, 0x70]: .ed25519
    case [0x2B, 0x65, 0x71]: .other("Ed448")
    case [0x2B, 0x65, 0x6E]: .other("X25519")
    case [0x2B, 0x65, 0x6F]: .other("X448")
    case pkcs + [1, 7]: .other("RSA-OAEP")
    case pkcs + [1, 10]: .other("RSA-PSS")
    case [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01]: .other("EC")
    case [0x2A, 0x86, 0x48, 0xCE, 0x38, 0x04, 0x01]: .other("DSA")
    case pkcs + [3, 1]: .other("DH")
    case _ where identifier.starts(with: pkcs + [5]) || identifier.starts(with: pkcs + [12, 1]): .encryption
    default: .other(dotted(identifier))
    }
  }

  /// 1.2.840.113549.1, the arc of the PKCS documents.
  private static let pkcs: [UInt8] = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01]

  /// Formats an object identifier without a known name in dotted decimal notation. // X.690 §8.19
  private static func dotted(_ identifier: [UInt8]) -> String {
    let unreadable = "unknown"
    guard 1...32 ~= identifier.count, identifier.last.map({ $0 < 0x80 }) == true else { return unreadable }
    var arcs: [UInt64] = []
    var value: UInt64 = 0
    for byte in identifier {
      guard value >> 57 == 0 else { return unreadable }
      value = value << 7 | UInt64(byte & 0x7F)
      guard byte < 0x80 else { continue }
      if arcs.isEmpty {
        let root = min(value / 40, 2)
        arcs = [root, value - root * 40]
      } else {
        arcs.append(value)
      }
      value = 0
    }
    return arcs.map { String($0) }.joined(separator: ".")
  }
}
