public import DKIMCore

/// Tests write header field names as literals; one that is not a name stops the test.
extension HeaderFieldName: ExpressibleByStringLiteral {
  public init(stringLiteral text: String) {
    do { try self.init(text) } catch { fatalError("\(error)") }
  }
}
