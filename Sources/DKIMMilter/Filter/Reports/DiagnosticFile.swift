import DKIMConfiguration
import DKIMCore

/// A file for the administrator that shows what was received or hashed.
package struct DiagnosticFile: Sendable, Hashable {
  package enum Directory: Sendable, Hashable {
    /// `DiagnosticDirectory`
    case diagnostics(String)
    /// The directory of the filter in `TemporaryDirectory`.
    case temporary(String)
  }

  /// The most bytes of a hashed header or body that are kept.
  static let limits = CanonicalizedData.Limits(header: mostBytes, body: mostBytes)
  private static let mostBytes = 1 << 20

  package let directory: Directory
  package let name: String
  package let contents: [UInt8]

  /// Returns the files for a message that has been verified.
  static func files(
    _ signatures: [EvaluatedSignature], _ facts: MessageMetadata, _ rules: ReportRules
  ) -> [DiagnosticFile] {
    let job = name(facts.jobID)
    var files: [DiagnosticFile] = []
    if let path = rules.diagnosticDirectory, let text = comparison(signatures, facts.header) {
      files.append(DiagnosticFile(directory: .diagnostics(path), name: job, contents: text))
    }
    guard rules.keepsTemporaryFiles else { return files }
    let directory = Directory.temporary(rules.temporaryDirectory)
    for (number, signature) in signatures.enumerated() {
      guard let data = signature.result.canonicalized else { continue }
      for (part, bytes) in [("header", data.header.bytes), ("body", data.body.bytes)] {
        files.append(
          DiagnosticFile(directory: directory, name: "dkim.\(job).\(number + 1).\(part)", contents: bytes))
      }
    }
    return files
  }

  /// Returns the queue ID as a file name.
  private static func name(_ job: String?) -> String {
    let text = (job ?? "unknown").utf8.prefix(100).map { byte in
      ASCII.isAlphanumeric(byte) || "-_.".utf8.contains(byte) ? byte : UInt8(ascii: "_")
    }
    let name = String(decoding: text, as: UTF8.self)
    return name.hasPrefix(".") ? "_" + name.dropFirst() : name
  }

  /// The header as the signer copied it and as it was received, in the format of OpenDKIM; `nil` unless a signature is
  /// bad and has `z=`.
  private static func comparison(_ signatures: [EvaluatedSignature], _ header: MessageHeader) -> [UInt8]? {
    for signature in signatures where signature.cause == .bad {
      guard let copies = signature.result.signature?.copiedFields, !copies.isEmpty else { continue }
      var text = Array("z tag headers:\n\n".utf8)
      for copy in copies { append(copy.name, copy.value, to: &text) }
      text += "--------------------\n\nReceived headers:\n\n".utf8
      for position in 0..<header.count {
        if let name = header.name(of: position) { append(name, header.value(of: position), to: &text) }
      }
      return Array(text.prefix(mostBytes))
    }
    return nil
  }

  private static func append(_ name: String, _ value: [UInt8], to text: inout [UInt8]) {
    text += "\(name):".utf8
    text += value.filter { $0 != 0x0D }
    text.append(0x0A)
  }
}
