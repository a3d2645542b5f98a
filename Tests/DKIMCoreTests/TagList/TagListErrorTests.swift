import DKIMCore
import Testing

@Suite struct TagListErrorTests {
  private static let long = String(repeating: "a", count: 50_000)

  /// Texts for logs and reports stay short, whatever a message contains.
  @Test(arguments: ["\(long)=1; \(long)=2", "v=1; \(long); a=b", "v=1; \(long)=\u{1}"])
  func `long names are cut`(_ text: String) throws {
    let error = try #require(throws: SignatureFieldError.self) { try DKIMSignature(value: Array(text.utf8)) }
    #expect("\(error)".utf8.count < 200)
    #expect("\(error)".contains(Self.long.prefix(60)))
  }
}
