internal import DKIMCore

/// The file and line where a setting or a row was written.
package struct FileLocation: Sendable, Hashable {
  /// The path as it was given, or a name in angle brackets for text that is not in a file (`<command line>`).
  package let file: String
  /// The line number, counted from 1; `nil` for the whole file.
  package let line: Int?

  package init(file: String, line: Int? = nil) {
    self.file = file
    self.line = line
  }

  /// A command-line option.
  package static let commandLine = FileLocation(file: "<command line>")
}

extension FileLocation: CustomStringConvertible {
  /// `FILE:LINE` or `FILE`, without line breaks even if the file name has some.
  package var description: String {
    let file = PrintableText.line(file)
    return line.map { "\(file):\($0)" } ?? file
  }
}
