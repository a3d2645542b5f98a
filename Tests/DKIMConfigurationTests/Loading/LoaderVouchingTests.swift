import DKIMCore
import Testing

@testable import DKIMConfiguration

/// The settings for ATPS and VBR.
@Suite struct LoaderVouchingTests {
  private func load(_ text: String) async -> (Configuration?, [String]) {
    let (settings, problems) = Settings.parse(text, file: "c")
    let (configuration, more) = await ConfigurationLoader().load(settings)
    return (problems.hasErrors ? nil : configuration, lines(problems + more))
  }

  @Test func `without settings, nothing changes`() async throws {
    let configuration = try #require(await load("").0)
    #expect(configuration.signing.atpsDomains == nil && configuration.signing.atpsHash == .sha256)
    #expect(!configuration.signing.vouching.isEnabled)
    #expect(!configuration.signing.signedHeaders.contains("VBR-Info"))
    #expect(configuration.verification.trustedCertifiers.isEmpty)
  }

  @Test func `all settings are loaded`() async throws {
    let (found, problems) = await load(
      """
      ATPSDomains Example.com, example.net
      ATPSHashAlgorithm SHA1
      VBR-Type Transaction
      VBR-Certifiers a.example:B.Example, c.example
      VBR-PurgeFields yes
      VBR-TrustedCertifiers a.example, b.example
      VBR-TrustedCertifiersOnly yes

      """)
    #expect(problems == [])
    let configuration = try #require(found)
    let signing = configuration.signing
    #expect(try await signing.atpsDomains?.row(for: "EXAMPLE.COM") != nil)
    #expect(try await signing.atpsDomains?.row(for: "sub.example.com") == nil)
    #expect(signing.atpsHash == .sha1)
    #expect(signing.vouching.type == .transaction && signing.vouching.purgesFields)
    #expect(signing.vouching.certifiers.map(\.asciiForm) == ["a.example", "b.example", "c.example"])
    #expect(signing.signedHeaders.contains("VBR-Info") && signing.signedHeaders.contains("From"))
    #expect(configuration.verification.trustedCertifiers.map(\.text) == ["a.example", "b.example"])
    #expect(configuration.verification.trustedCertifiersOnly)
  }

  @Test(arguments: [
    ("ATPSHashAlgorithm md5", "illegal value \"md5\", expected: sha256, sha1, none"),
    ("VBR-Type spam", "illegal value \"spam\", expected: all, list, transaction"),
    ("VBR-Certifiers a.example::b.example", "is not a list of at most 10 domain names"),
    ("VBR-Certifiers a b", "is not a list of at most 10 domain names"),
    ("VBR-Certifiers a:b:c:d:e:f:g:h:i:j:k", "is not a list of at most 10 domain names"),
    ("VBR-TrustedCertifiers a.example, -b-", "\"-b-\" is not a certifier: as a domain name it has the label"),
    ("VBR-TrustedCertifiers a.example:b.example", "unknown database type \"a.example\""),
  ])
  func `an invalid value is an error with its line`(line: String, expected: String) async {
    let (configuration, problems) = await load("\n\(line)\n")
    #expect(configuration == nil)
    #expect(problems.contains { $0.hasPrefix("c:2: error: ") && $0.contains(expected) }, "\(problems)")
  }

  @Test func `a list of ten certifiers is accepted, unless it is too long for a line`() {
    let names = (0..<10).map { "certifier-\($0).example" }
    #expect(VouchingRules.certifiers(in: names.joined(separator: ":"))?.count == 10)
    let long = (0..<10).map { "\(String(repeating: "a", count: 60)).\($0)" }
    #expect(VouchingRules.certifiers(in: long.joined(separator: ":")) == nil)
    #expect(VouchingRules.certifiers(in: "") == nil)
  }

  @Test func `at most ten certifiers are asked for each message`() async throws {
    let names = (0..<12).map { "c\($0).example" }.joined(separator: ",")
    let (found, problems) = await load("VBR-TrustedCertifiers \(names)\nVBR-TrustedCertifiersOnly yes\n")
    #expect(try #require(found).verification.trustedCertifiers.count == 10)
    #expect(problems.count == 1 && problems[0].contains("only the first 10 of 12 certifiers are asked"))
    let (all, none) = await load("VBR-TrustedCertifiers \(names)\n")
    #expect(try #require(all).verification.trustedCertifiers.count == 12 && none == [])
    let (_, warnings) = await load("VBR-TrustedCertifiersOnly yes\n")
    #expect(warnings.count == 1 && warnings[0].hasPrefix("c:1: warning: "))
  }
}
