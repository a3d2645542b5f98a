import DKIMCore
import Testing

/// Each deviation is rejected unless it is listed, and parsed if it is.
@Suite struct AuthenticationResultsToleranceTests {
  static let departures: [(String, AuthenticationResults.Tolerance, String)] = [
    ("a; dkim=pass;", .trailingSemicolon, "a; dkim=pass"), ("a; none ; ", .trailingSemicolon, "a; none"),
    ("a;", .trailingSemicolon, "a; none"),
    ("dkim=pass header.d=x;spf=fail", .missingAuthservID, "\"\"; dkim=pass header.d=x; spf=fail"),
    ("; dkim=pass", .missingAuthservID, "\"\"; dkim=pass"),
    ("mx.example.org/4AB; none", .jobID, "\"mx.example.org/4AB\"; none"),
    ("a; dkim=pass header.b=q0MqY/Cp header.d=x", .unquotedValues, "a; dkim=pass header.b=\"q0MqY/Cp\" header.d=x"),
    ("a; dkim=pass header.b=ab== (c)", .unquotedValues, "a; dkim=pass header.b=\"ab==\" (c)"),
    ("a; spf=none smtp.mailfrom=;dkim=pass", .unquotedValues, "a; spf=none smtp.mailfrom=\"\"; dkim=pass"),
    ("a; spf=none smtp.mailfrom=<>", .unquotedValues, "a; spf=none smtp.mailfrom=\"<>\""),
    ("a; spf=none smtp.mailfrom=b@[192.0.2.1]", .unquotedValues, "a; spf=none smtp.mailfrom=\"b@[192.0.2.1]\""),
    ("a; iprev=pass policy.iprev=2001:db8::1", .unquotedValues, "a; iprev=pass policy.iprev=\"2001:db8::1\""),
    ("a; dmarc=pass action=none header.from=x", .bareWords, "a; dmarc=pass header.from=x"),
    ("a; dmarc=pass header.from=x reason=100", .bareWords, "a; dmarc=pass reason=100 header.from=x"),
    ("a;\n\tdkim=pass (b\n c)\n", .bareLineFeeds, "a; dkim=pass (b c)"),
  ]

  @Test(arguments: departures)
  func departure(_ text: String, _ tolerance: AuthenticationResults.Tolerance, _ strict: String) throws {
    let others = AuthenticationResults.Tolerance.inTheField.subtracting(tolerance)
    #expect(throws: AuthenticationResultsError.self) { try AuthenticationResults(parsing: text, tolerating: others) }
    let wanted = try AuthenticationResults(parsing: strict)
    #expect(try AuthenticationResults(parsing: text, tolerating: tolerance) == wanted)
    #expect(try AuthenticationResults(parsing: text, tolerating: .inTheField) == wanted)
  }

  /// Tolerating one deviation does not allow the others.
  @Test(arguments: departures)
  func `no other`(_ text: String, _ tolerance: AuthenticationResults.Tolerance, _ strict: String) {
    let all: [AuthenticationResults.Tolerance] = [
      .trailingSemicolon, .missingAuthservID, .jobID, .unquotedValues, .bareWords, .bareLineFeeds,
    ]
    for other in all where other != tolerance {
      #expect(throws: AuthenticationResultsError.self, "\(other.rawValue)") {
        try AuthenticationResults(parsing: text, tolerating: other)
      }
    }
  }

  @Test func `office 365`() throws {
    let field = try AuthenticationResults(
      parsing:
        " spf=pass (sender IP is 192.0.2.1)\r\n smtp.mailfrom=example.com; dkim=pass (signature was verified)\r\n"
        + " header.d=example.com;dmarc=pass action=none header.from=example.com;compauth=pass reason=100\r\n",
      tolerating: .inTheField)
    #expect(field.authservID.isEmpty)
    #expect(field.results.map(\.method.text) == ["spf", "dkim", "dmarc", "compauth"])
    #expect(field.results[1].property(.header, "d") == "example.com")
    #expect(field.results[3].reason == "100")
    #expect(!field.matches(""))
  }

  /// A comment after a value that is scanned in two ways counts once.
  @Test func `comments count once`() throws {
    var limits = AuthenticationResults.Limits()
    limits.comments = 2
    let field = try AuthenticationResults(
      parsing: "spf (a) =none smtp.mailfrom=b/c (d)", tolerating: .inTheField, limits: limits)
    #expect(field.results.first?.comments == ["a", "d"])
  }

  /// A tolerated value never extends past a semicolon or includes a quote.
  @Test(arguments: ["a; dkim=pass header.b=x\"y;z\"", "a; dkim=pass header.b=x)y", "a; dkim=pass header.b=x\\;y"])
  func `still refused`(_ text: String) {
    #expect(throws: AuthenticationResultsError.self) {
      try AuthenticationResults(parsing: text, tolerating: .inTheField)
    }
  }
}
