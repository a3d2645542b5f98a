import Testing

@testable import DKIMCore

@Suite struct CryptoDERTests {
  static let good = MakeDER.sequence(MakeDER.integer(bits: 1024), MakeDER.exponent)

  private func fault(_ der: [UInt8]) -> DERError? {
    do {
      _ = try Crypto.verificationKey(rsa: der)
      return nil
    } catch {
      guard case .malformed(let error) = error else {
        Issue.record("\(error)")
        return nil
      }
      return error
    }
  }

  @Test func accepted() throws {
    #expect(fault(Self.good) == nil)
    #expect(try Crypto.verificationKey(rsa: Self.good).bits == 1024)
  }

  @Test func `every prefix is truncated`() {
    for count in 0..<Self.good.count {
      #expect(fault(Array(Self.good.prefix(count)))?.fault == .truncated, "\(count)")
    }
  }

  @Test func `bytes after the end`() {
    #expect(fault(Self.good + [0]) == DERError(fault: .trailing, offset: Self.good.count))
    let inside = MakeDER.sequence(MakeDER.integer(bits: 1024), MakeDER.exponent, MakeDER.null)
    #expect(fault(inside)?.fault == .trailing)
  }

  @Test(
    arguments: [
      // Indefinite; one byte too many; two bytes too many; more than four bytes
      [0x30, 0x80], [0x30, 0x81, 0x7F], [0x30, 0x82, 0x00, 0xFF], [0x30, 0x85, 0x01, 0, 0, 0, 0], [0x30, 0xFF],
    ] as [[UInt8]])
  func `length forms`(_ head: [UInt8]) {
    let der = head + [UInt8](repeating: 0, count: 300)
    #expect(fault(der) == DERError(fault: .lengthForm, offset: 1))
  }

  @Test func `length beyond the end`() {
    #expect(fault([0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF, 0x02])?.fault == .truncated)
    #expect(fault([0x30, 0x03, 0x02, 0x7F, 0x01])?.fault == .truncated)
  }

  @Test(arguments: [[], [0, 0], [0, 0x7F, 1], [0xFF, 0x80]] as [[UInt8]])
  func `integer forms`(_ contents: [UInt8]) {
    #expect(fault(MakeDER.sequence(MakeDER.integer(contents), MakeDER.exponent))?.fault == .valueForm)
  }

  @Test func `other elements`() {
    #expect(fault([0x04, 0x00]) == DERError(fault: .unexpected(tag: 0x04, expected: 0x30), offset: 0))
    let real = MakeDER.sequence(MakeDER.integer(bits: 1024), MakeDER.element(0x09, [1]))
    #expect(fault(real)?.fault == .unexpected(tag: 0x09, expected: 0x02))
  }

  @Test func `bit strings of whole bytes`() {
    let odd = MakeDER.sequence(
      MakeDER.sequence(MakeDER.rsaIdentifier, MakeDER.null), MakeDER.element(DER.bitString, [1] + Self.good))
    #expect(fault(odd)?.fault == .valueForm)
    let empty = MakeDER.sequence(MakeDER.sequence(MakeDER.rsaIdentifier), MakeDER.element(DER.bitString, []))
    #expect(fault(empty)?.fault == .valueForm)
  }

  /// Changing any byte of a key to any value never leads to a read out of bounds.
  @Test func `every byte changed`() {
    let key = MakeDER.subjectPublicKeyInfo(algorithm: MakeDER.rsaIdentifier + MakeDER.null, key: Self.good)
    var refused = 0
    for i in key.indices {
      for value in [0, 1, 0x7F, 0x80, 0x81, 0x84, 0xFF] as [UInt8] {
        var changed = key
        changed[i] = value
        do { _ = try Crypto.verificationKey(rsa: changed) } catch { refused += 1 }
      }
    }
    #expect(refused > 0)
  }
}
