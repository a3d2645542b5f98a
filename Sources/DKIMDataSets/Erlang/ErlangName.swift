#if Erlang
  internal import DKIMConfiguration

  /// What stands behind `erlang:`: `NODE@HOST[,NODE@HOST…]:COOKIE:MODULE:FUNCTION`.
  struct ErlangName: Sendable, Equatable {
    /// A node by its two names.
    struct Node: Sendable, Equatable, CustomStringConvertible {
      /// What its host's port mapper knows it by.
      let alive: String
      let host: String

      var description: String { "\(alive)@\(host)" }
    }

    /// They are tried in this order.
    let nodes: [Node]
    let cookie: String
    let module: String
    let function: String

    /// The most characters of an atom.
    private static let longestAtom = 255
    private static let longestCookie = 511

    private static let expected = "NODE@HOST[,NODE@HOST...]:COOKIE:MODULE:FUNCTION"

    /// No error quotes the cookie, nor what may be one.
    init(_ text: String) throws(NameProblem) {
      let parts = text.unicodeScalars.split(separator: ":", omittingEmptySubsequences: false).map { Self.trimmed($0) }
      guard parts.count == 4 else {
        throw NameProblem(found: "\(parts.count) parts with colons between them", expected: Self.expected)
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
          found: "a cookie of \(cookie.utf8.count) octets", expected: "\(Self.longestCookie) at most, none of them zero"
        )
      }
    }

    private static func node(_ name: String) throws(NameProblem) -> Node {
      let parts = name.unicodeScalars.split(separator: "@", omittingEmptySubsequences: false).map { String($0) }
      guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }), name.utf8.count <= longestAtom,
        name.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F })
      else { throw NameProblem(found: "\"\(ServerText.shown(name))\" is no node", expected: "NODE@HOST") }
      return Node(alive: parts[0], host: parts[1])
    }

    private static func atom(_ text: String, _ what: String) throws(NameProblem) -> String {
      guard text.unicodeScalars.count <= longestAtom else {
        throw NameProblem(
          found: "a \(what) of \(text.unicodeScalars.count) characters", expected: "\(longestAtom) at most")
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
