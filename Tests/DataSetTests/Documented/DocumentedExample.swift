import MilterTestSupport
import TestSupport
import Testing

/// The code blocks of a document. The line with three back quotes has a language and the name of the block.
struct DocumentedBlocks {
  struct Missing: Error { let what: String }

  private let document: String
  private let blocks: [String: String]

  /// - Parameter document: its path in the package.
  init(_ document: String) throws {
    let text = String(decoding: try TestFiles.read(TestFiles.package.appending(document).string), as: UTF8.self)
    var blocks: [String: String] = [:]
    var head: String?
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("```") {
        head = head == nil ? String(line.dropFirst(3)) : nil
      } else if let head {
        blocks[head, default: ""] += line + "\n"
      }
    }
    self.document = document
    self.blocks = blocks
  }

  func block(_ head: String) throws -> String {
    guard let text = blocks[head] else { throw Missing(what: "\(document) has no block \(head)") }
    return text
  }

  /// The blocks of a language.
  func names(_ language: String) -> [String] {
    blocks.keys.filter { $0 == language || $0.hasPrefix(language + " ") }
      .map { String($0.dropFirst(language.count + 1)) }.sorted()
  }
}

/// The example of a kind in Docs/DataSets.md: blocks marked with a language and the kind.
struct DocumentedExample {
  private let kind: String
  private let blocks: DocumentedBlocks
  private let replacements: [(String, String)]

  /// - Parameter places: servers and directories in the document, and their replacements. The domain, the selector and
  ///   the key are replaced by those of the scene.
  init(_ kind: String, in scene: SigningScene, _ locations: [(String, String)] = []) throws {
    self.kind = kind
    blocks = try DocumentedBlocks("Docs/DataSets.md")
    let (_, domain, selector, path) = scene.keyRow
    replacements =
      locations + [("/etc/dkimkeys/s2026.private", path), ("s2026", selector), ("example.com", domain)]
  }

  /// A block with all replacements.
  func block(_ language: String, _ name: String = "") throws -> String {
    var text = try blocks.block("\(language) \(kind)" + (name.isEmpty ? "" : " \(name)"))
    for (old, new) in replacements { text = text.replacing(old, with: new) }
    return text
  }

  /// The value of a setting in the documented configuration.
  func setting(_ name: String) throws -> String {
    let lines = try block("conf").split(separator: "\n")
    guard let line = lines.first(where: { $0.hasPrefix(name + " ") }) else {
      throw DocumentedBlocks.Missing(what: "\(kind): \(name)")
    }
    return String(line.dropFirst(name.count).drop { $0 == " " })
  }

  /// Checks that the milter signs with the documented configuration.
  nonisolated(nonsending) func expectSigned(_ scene: SigningScene, environment: [String: String] = [:]) async throws {
    try await scene.expectSigned(
      keyTable: setting("KeyTable"), signingTable: setting("SigningTable"), environment: environment)
  }
}
