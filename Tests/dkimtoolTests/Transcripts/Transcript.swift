import TestSupport
import Glibc

/// A session as text: commands with their expected output and exit status.
///
///     # a comment
///     $ dkimtool sign ... message.eml
///     | a line of standard output
///     2| a line of standard error
///     = 65
///
/// A status of 0 is not written. A CR at the end of a line is written \r.
struct Transcript {
  struct Step {
    /// The comments and empty lines before the command.
    var preface: [String]
    let command: String
    var expected: [String] = []
  }

  let name: String
  private(set) var steps: [Step] = []
  private var rest: [String] = []

  static let folder = TestFiles.package.string + "/Tests/Transcripts"

  static var names: [String] {
    (try? TestFiles.names(in: folder).filter { $0.hasSuffix(".txt") }) ?? []
  }

  init(_ name: String) throws {
    self.name = name
    var preface: [String] = []
    let text = String(decoding: try TestFiles.read(Self.folder + "/" + name), as: UTF8.self)
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
      if line.hasPrefix("$ ") {
        steps.append(Step(preface: preface, command: String(line.dropFirst(2))))
        preface = []
      } else if line.isEmpty || line.hasPrefix("#") {
        preface.append(String(line))
      } else if steps.isEmpty || !preface.isEmpty {
        throw TranscriptError.lineBeforeCommand(String(line))
      } else {
        steps[steps.count - 1].expected.append(String(line))
      }
    }
    rest = preface
  }

  /// Returns the result of a command in the format of a transcript.
  static func lines(_ run: ToolRun) -> [String] {
    shown(run.output).map { "| " + $0 } + shown(run.errors).map { "2| " + $0 }
      + (run.status == 0 ? [] : ["= \(run.status)"])
  }

  /// Returns the file with other expectations.
  func text(_ expected: [[String]]) -> String {
    zip(steps, expected).map { step, lines in
      (step.preface + ["$ " + step.command] + lines).map { $0 + "\n" }.joined()
    }.joined() + rest.map { $0 + "\n" }.joined()
  }

  private static func shown(_ bytes: [UInt8]) -> [String] {
    guard !bytes.isEmpty else { return [] }
    let isWhole = bytes.last == UInt8(ascii: "\n")
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
      line.last == UInt8(ascii: "\r")
        ? String(decoding: line.dropLast(), as: UTF8.self) + "\\r" : String(decoding: line, as: UTF8.self)
    }
    return isWhole ? lines.dropLast() : lines.dropLast() + [(lines.last ?? "") + "\\"]
  }
}

enum TranscriptError: Error {
  case lineBeforeCommand(String)
}
