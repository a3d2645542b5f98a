#if Erlang
  internal import DKIMConfiguration

  /// The text after `erlang:`: `NODE@HOST[,NODE@HOST…]:COOKIE:MODULE:FUNCTION`.
  struct ErlangName: Sendable, Equatable {
    /// A node name.
    struct Node: Sendable, Equatable, CustomStringConvertible {
      /// The name under which the node is registered with the port mapper of its host.
      let alive: String
      let host: String

      var description: String { "\(alive)@\(host)" }
    }

    /// The nodes, in the order in which they are tried.
    let nodes: [Node]
    let cookie: String
    let module: String
    let function: String

    /// Maximum length of an atom in characters.
    private static let longestAtom = 255
    private static let longestCookie = 511

    private static let expected = "NODE@HOST[,NODE@HOST...]:COOKIE:MODULE:FUNCTION"

    /// Parses the text. No error quotes the cookie or text that may be the cookie.
    init(_ text: String) throws(NameProblem) {
      let parts = text.unicodeScalars.split(separator: ":", omittingEmptySubsequences: false).map { Self.trimmed($0) }
      guard parts.count == 4 else {
        throw NameProblem(found: "\(parts.count) parts separated by colons", expected: Self.expected)
      }
      for (part, what) in zip(parts, ["nodes", "cookie", "module", "function"]) where part.isEmpty {
        throw NameProblem(found: "no \(what)", expected: Self.expected)
      }
      var nodes: [Node] = []
      for name in parts[0].unicodeScalars.split(separator: ",", omittingEmptySubsequences: false) {
        nodes.append(try Self.node(Self.trimmed(name)))
      }
      self.nodes = nodes
      cookie = parts[1]
      module = try Self.atom(parts[2], "module")
      function = try Self.atom(parts[3], "function")
      guard cookie.utf8.count <= Self.longestCookie, !cookie.utf8.contains(0) else {
        throw NameProblem(
          found: "a cookie of \(cookie.utf8.count) bytes", expected: "at most \(Self.longestCookie) bytes without NUL"
        )
      }
    }

    private static func node(_ name: String) throws(NameProblem) -> Node {
      let parts = name.unicodeScalars.split(separator: "@", omittingEmptySubsequences: false).map { String($0) }
      guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }), name.utf8.count <= longestAtom,
        name.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F })
      else { throw NameProblem(found: "\"\(ServerText.shown(name))\" is not a node", expected: "NODE@HOST") }
      return Node(alive: parts[0], host: parts[1])
    }

    private static func atom(_ text: String, _ what: String) throws(NameProblem) -> String {
      guard text.unicodeScalars.count <= longestAtom else {
        throw NameProblem(
          found: "a \(what) of \(text.unicodeScalars.count) characters", expected: "at most \(longestAtom)")
      }
      return text
    }

    private static func trimmed(_ text: Substring.UnicodeScalarView) -> String {
      var text = text
      while let first = text.first, " \t\r\n".unicodeScalars.contains(first) { text.removeFirst() }
      while let last = text.last, " \t\r\n".unicodeScalars.contains(last) { text.removeLast() }
      return String(text)
    }
  }
#endif
