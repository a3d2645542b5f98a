internal import COpenSSL

/// The DNS label with which the author's domain authorizes a third party to sign. // RFC 6541 §4.3
package enum SignerLabel {
  /// The hash algorithm that converts a domain into a label.
  package enum Hash: String, Sendable, CaseIterable {
    case sha256
    case sha1
    /// No hash: the label is the domain itself.
    case none
  }

  /// Returns the part of the record's name before `._atps`: base32 without padding, or the domain in lower case.
  package static func label(of domain: String, hash: Hash) -> String {
    let bytes = Array(domain.lowercased().utf8)
    switch hash {
    case .sha256:
      var digest = Digest()
      digest.update(bytes.span)
      return base32(digest.finalize())
    case .sha1: return base32(sha1(bytes))
    case .none: return domain.lowercased()
    }
  }

  private static func sha1(_ bytes: [UInt8]) -> [UInt8] {
    unsafe [UInt8](unsafeUninitializedCapacity: 20) { buffer, count in
      guard unsafe EVP_Digest(bytes, bytes.count, buffer.baseAddress, nil, EVP_sha1(), nil) == 1 else {
        OpenSSL.giveUp("hash \(bytes.count) bytes")
      }
      count = 20
    }
  }

  // RFC 4648 §6
  private static func base32(_ bytes: [UInt8]) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
    var text = ""
    var bits = 0
    var count = 0
    for byte in bytes {
      bits = bits << 8 | Int(byte)
      count += 8
      while count >= 5 {
        count -= 5
        text.append(alphabet[bits >> count & 31])
      }
      bits &= 1 << count - 1
    }
    if count > 0 { text.append(alphabet[bits << (5 - count) & 31]) }
    return text
  }
}
