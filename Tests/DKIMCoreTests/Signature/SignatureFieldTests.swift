@testable import DKIMCore
import Testing

/// Limits of the DKIM-Signature field, and the texts of its errors.
@Suite struct SignatureFieldTests {
  private func field(_ tags: String...) -> [UInt8] {
    let given = Set(tags.compactMap { $0.split(separator: "=").first })
    let others = ["v=1", "a=ed25519-sha256", "d=example.com", "s=sel", "h=from", "bh=YWJj", "b=YWJj"]
    return Array((tags + others.filter { !given.contains($0.prefix { $0 != "=" }) }).joined(separator: "; ").utf8)
  }

  private func error(_ value: [UInt8], maximumHeaderNames: Int = 1000) -> SignatureFieldError? {
    do {
      _ = try DKIMSignature(value: value, maximumHeaderNames: maximumHeaderNames)
      return nil
    } catch {
      return error
    }
  }

  /// The name of a key type or hash can start with any letter, so the signature can be reported with it.
  @Test(arguments: ["zeta-zeta", "a-z", "az09-za90"])
  func `unknown algorithms have a name`(_ name: String) {
    #expect(error(field("a=\(name)")) == .unknownAlgorithm(name))
    #expect(SignatureTags(damaged: field("a=\(name)")).algorithm == name)
  }

  @Test(arguments: ["zeta", "-zeta", "zeta-", "1a-b", "a-1b", "a_-b", "`a-b", "{a-b", "a-b-c", "a/b-c", "a:b-c"])
  func `an unknown algorithm gives nil`(_ name: String) {
    guard case .badValue(tag: "a", found: name, _) = error(field("a=\(name)")) else {
      Issue.record("the error is not badValue")
      return
    }
    #expect(SignatureTags(damaged: field("a=\(name)")).algorithm == nil)
  }

  @Test(arguments: ["a", "b", "bh", "d", "s", "h"])
  func `a required tag without a value is missing`(_ tag: String) {
    #expect(error(field("\(tag)=")) == .missingTag(tag))
    #expect(error(field("\(tag)= \t")) == .missingTag(tag))
  }

  @Test func `bytes that are not text`() {
    var value = field("d=ex_.com")
    value[value.firstIndex(of: UInt8(ascii: "_")) ?? 0] = 0xFF
    guard case .badDomain(tag: "d", _, .notUTF8) = error(value) else {
      Issue.record("the error is not badDomain")
      return
    }
    #expect(error(value)?.description.contains("is not valid UTF-8") == true)
  }

  @Test func `the longest names`() throws {
    let labels = Array(repeating: String(repeating: "a", count: 62), count: 4)
    let longest = labels.joined(separator: ".") + ".a"
    #expect(longest.utf8.count == 253)
    #expect(try DomainName(longest).asciiForm == longest)
    #expect(throws: DomainNameError.tooLong(length: 254)) { try DomainName(longest + "b") }
    // The name of the key record: "s._domainkey." and d=.
    let domain = String(longest.dropFirst(13))
    #expect(error(field("d=\(domain)", "s=s")) == nil)
    #expect(error(field("d=\(domain)", "s=ss")) == .queryNameTooLong)
  }

  @Test func `the most header names`() {
    let names = Array(repeating: "to", count: 999).joined(separator: ":")
    #expect(error(field("h=from:\(names)")) == nil)
    #expect(error(field("h=from:\(names):to"), maximumHeaderNames: 1001) == nil)
    var refused: SignatureFieldError?
    do { _ = try DKIMSignature(value: field("h=from:\(names):to")) } catch { refused = error }
    #expect(refused == .tooManyHeaderNames(limit: 1000))
  }

  @Test func `errors show the beginning of a value`() {
    let beginning = String(repeating: "a", count: 60)
    #expect(error(field("v=\(beginning)")) == .incompatibleVersion(beginning))
    #expect(error(field("v=\(beginning)bbb")) == .incompatibleVersion(beginning + "..."))
  }

  /// "any value longer than 12 digits [may be considered] to be infinite" // RFC 6376 §3.5
  @Test func `the last time`() throws {
    #expect(try DKIMSignature(value: field("x=999999999999")).expiration == Timestamp(999_999_999_999))
    #expect(try DKIMSignature(value: field("x=1000000000000")).expiration == .never)
    #expect(try DKIMSignature(value: field("x=000999999999999")).expiration == Timestamp(999_999_999_999))
  }
}
