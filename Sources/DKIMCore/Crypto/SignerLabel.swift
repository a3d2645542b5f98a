internal import COpenSSL

/// The name by which the domain of an author authorizes a third party to sign. // RFC 6541 §4.3
package enum SignerLabel {
  /// The hash that turns a domain into a label.
  package enum Hash: String, Sendable, CaseIterable {
    case sha256
    case sha1
    /// The domain itself.
    case none
  }

  /// What comes before `._atps` in the name of the record: base32 without padding, or the domain in lower case.
  package static func label(of domain: String, hash: Hash) -> String {
    let octets = Array(domain.lowercased().utf8)
    switch hash {
    case .sha256:
      var digest = Digest()
      digest.update(octets.span)
      return base32(digest.finalize())
    case .sha1: return base32(sha1(octets))
    case .none: return domain.lowercased()
    }
  }

  private static func sha1(_ octets: [UInt8]) -> [UInt8] {
    unsafe [UInt8](unsafeUninitializedCapacity: 20) { buffer, count in
      guard unsafe EVP_Digest(octets, octets.count, buffer.baseAddress, nil, EVP_sha1(), nil) == 1 else {
        OpenSSL.giveUp("digest \(octets.count) octets")
      }
      count = 20
    }
  }

  // RFC 4648 §6
  private static func base32(_ octets: [UInt8]) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
    var text = ""
    var bits = 0
    var count = 0
    for octet in octets {
      bits = bits << 8 | Int(octet)
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
