import MilterTestSupport
import TestSupport
import Testing

/// What Docs/DataSets.md shows of a kind: blocks behind three back quotes, a language and the kind.
struct DocumentedExample {
  struct Missing: Error { let what: String }

  private let kind: String
  private let blocks: [String: String]
  private let replacements: [(String, String)]

  /// - Parameter places: what stands in the document for servers and folders, and what is there instead. The domain,
  ///   the selector and the key are replaced by those of the scene.
  init(_ kind: String, in scene: SigningScene, _ places: [(String, String)] = []) throws {
    let path = TestFiles.package.appending("Docs/DataSets.md").string
    let document = String(decoding: try TestFiles.read(path), as: UTF8.self)
    var blocks: [String: String] = [:]
    var head: String?
    for line in document.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("```") {
        head = head == nil ? String(line.dropFirst(3)) : nil
      } else if let head {
        blocks[head, default: ""] += line + "\n"
      }
    }
    self.kind = kind
    self.blocks = blocks
    let (_, domain, selector, path2) = scene.keyRow
    replacements =
      places + [("/etc/dkimkeys/s2026.private", path2), ("s2026", selector), ("example.com", domain)]
  }

  /// A block with everything in its place.
  func block(_ language: String, _ name: String = "") throws -> String {
    let head = "\(language) \(kind)" + (name.isEmpty ? "" : " \(name)")
    guard var text = blocks[head] else { throw Missing(what: "Docs/DataSets.md has no block \(head)") }
    for (old, new) in replacements { text = text.replacing(old, with: new) }
    return text
  }

  /// The value of a setting of the configuration that is shown.
  func setting(_ name: String) throws -> String {
    let lines = try block("conf").split(separator: "\n")
    guard let line = lines.first(where: { $0.hasPrefix(name + " ") }) else { throw Missing(what: "\(kind): \(name)") }
    return String(line.dropFirst(name.count).drop { $0 == " " })
  }

  /// The milter signs with the configuration that is shown.
  nonisolated(nonsending) func expectSigned(_ scene: SigningScene, environment: [String: String] = [:]) async throws {
    try await scene.expectSigned(
      keyTable: setting("KeyTable"), signingTable: setting("SigningTable"), environment: environment)
  }
}
