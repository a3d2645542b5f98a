import Testing

@testable import DKIMCore

@Suite struct ExtensionTagTests {
  @Test(arguments: [
    ("foo", "bar", true), ("x_1", "a b", true), ("foo", "", true), ("foo", "a;b", false), ("foo", "a\tb", false),
    ("foo", "a\u{7F}", false), ("foo", "é", false), ("foo", " a", false), ("foo", "a ", false), ("1x", "a", false),
    ("", "a", false), ("x-y", "a", false), ("b", "a", false), ("atps", "a", false),
  ])
  func `a tag of an extension has a name and a value without special characters`(
    name: String, value: String, isAllowed: Bool
  ) {
    #expect(SigningRequest.isExtensionTag(name, value) == isAllowed)
  }
}
