@testable import DKIMCore
import Testing

/// Labels of RFC 6541 §4.3, and the encodings of Ed25519 public keys. The expected labels were computed with Python's
/// hashlib and base64.
struct CryptoLabelTests {
  private func isCanonicalAndNotSmallOrder(_ bytes: [UInt8]) -> Bool {
    Ed25519Point.isCanonicalAndNotSmallOrder(bytes.span)
  }

  @Test(arguments: [
    ("example.com", "BSVPESVRUDBTIQGANL7JTX4YMNS3A6A7", "UN42N5XOV642KXRXRQIYANHCOUPGQL5LT4WTBKYT2IJFLBWODFDQ"),
    ("A.Example", "6TTBBOBVZCI4BJKTLOV7WKPR3PCNZWHZ", "XDTUKM3RUASNVLQG6MLEJEWAV7G6CNGHOR6BKWZ5QPBA3Y2B5BKQ"),
  ])
  func `a label is the base32 of a hash of the domain in lower case`(domain: String, sha1: String, sha256: String) {
    #expect(SignerLabel.label(of: domain, hash: .sha1) == sha1)
    #expect(SignerLabel.label(of: domain, hash: .sha256) == sha256)
    #expect(SignerLabel.label(of: domain, hash: .none) == domain.lowercased())
  }

  /// 2^255 - 1 minus something in one byte: below 2^255 - 19 whichever byte it is.
  @Test(arguments: 0..<32)
  func `an encoding with one smaller byte is below the prime`(position: Int) {
    var bytes = [UInt8](repeating: 0xFF, count: 31) + [0x7F]
    bytes[position] = 0x10
    #expect(isCanonicalAndNotSmallOrder(bytes))
  }

  @Test(arguments: [0xEC, 0xED, 0xEE, 0xFF] as [UInt8])
  func `encodings from the prime on, and the point of order 2, are rejected`(lowest: UInt8) {
    #expect(!isCanonicalAndNotSmallOrder([lowest] + [UInt8](repeating: 0xFF, count: 30) + [0x7F]))
    #expect(!isCanonicalAndNotSmallOrder([lowest] + [UInt8](repeating: 0xFF, count: 31)))
  }

  @Test func `the largest encoding below those is accepted`() {
    #expect(isCanonicalAndNotSmallOrder([0xEB] + [UInt8](repeating: 0xFF, count: 30) + [0x7F]))
  }
}
