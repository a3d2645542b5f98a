/// Where something that an administrator wrote stands.
public struct SourcePlace: Sendable, Hashable {
  /// The path as it was given, or a name in angle brackets for what is in no file (`<command line>`).
  public let file: String
  /// Counted from 1; `nil` where the whole file is meant.
  public let line: Int?

  public init(file: String, line: Int? = nil) {
    self.file = file
    self.line = line
  }

  /// An option of the command line.
  public static let commandLine = SourcePlace(file: "<command line>")
}

extension SourcePlace: CustomStringConvertible {
  /// `FILE:LINE` or `FILE`, on one line whatever the file is called.
  public var description: String {
    let file = SettingText.printable(file)
    return line.map { "\(file):\($0)" } ?? file
  }
}
