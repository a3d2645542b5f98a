internal import DKIMCore
internal import SystemPackage
internal import SystemSupport

/// Parses the lines of a configuration file. // opendkim.conf(5)
///
/// Each line is `Name value`. `#` starts a comment anywhere in a line; a carriage return is allowed only at the end of
/// a line; there are no quotation marks and no continued lines.
struct SettingsParser {
  /// Limits on configuration files.
  struct Limits: Sendable {
    /// The size of a file, in bytes.
    var fileSize = 4 << 20
    /// The size of all files together, in bytes.
    var totalSize = 16 << 20
    /// The length of a line, in bytes.
    var lineLength = 1 << 16
    /// The nesting depth of included files.
    var includeDepth = 5
    /// The number of files.
    var files = 100
    /// The number of problems after which the parser stops.
    var problems = 100
  }

  /// Reads a file of at most `limit` bytes.
  typealias Reader = (_ path: String, _ limit: Int) throws(FileProblem) -> [UInt8]

  let limits: Limits
  private let read: Reader
  private(set) var settings = Settings()
  private(set) var problems: [ConfigurationProblem] = []
  private var files = 0
  private var size = 0

  init(limits: Limits = Limits(), read: @escaping Reader) {
    self.limits = limits
    self.read = read
  }

  /// Reads a file and the files that it includes.
  /// - Parameter place: the place of the Include line; `nil` for the main file.
  mutating func take(file path: String, from location: FileLocation? = nil, depth: Int = 0) {
    files += 1
    guard files <= limits.files else {
      if files == limits.files + 1 {
        report(at: location, "more than \(limits.files) configuration files are included")
      }
      return
    }
    do throws(FileProblem) {
      let bytes = try read(path, min(limits.fileSize, limits.totalSize - size))
      size += bytes.count
      take(bytes, of: path, depth: depth)
    } catch {
      report(
        at: location ?? FileLocation(file: path),
        (location == nil ? "" : "Include \(PrintableText.quoted(path)): ")
          + "error reading configuration file: \(error.why)")
    }
  }

  mutating func take(_ bytes: [UInt8], of path: String, depth: Int = 0) {
    var bytes = bytes[...]
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
    var number = 0
    while !bytes.isEmpty, problems.count < limits.problems {
      number += 1
      let end = bytes.firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex
      take(line: bytes[..<end], at: FileLocation(file: path, line: number), depth: depth)
      bytes = bytes[end...].dropFirst()
    }
  }

  private mutating func take(line: ArraySlice<UInt8>, at location: FileLocation, depth: Int) {
    guard line.count <= limits.lineLength else {
      report(
        at: location, "the line has \(line.count) bytes, expected at most \(limits.lineLength)",
        fix: "put long lists in files of their own")
      return
    }
    let content = Self.trimmed(line.prefix { $0 != UInt8(ascii: "#") })
    guard !content.isEmpty else { return }
    guard !content.contains(UInt8(ascii: "\r")) else {
      // OpenDKIM silently ignores the rest of the line.
      report(at: location, "the line contains a carriage return", fix: "end each line with LF or CR LF")
      return
    }
    guard let text = String(validating: content, as: UTF8.self),
      text.unicodeScalars.allSatisfy({ $0 == "\t" || !PrintableText.isControl($0) })
    else {
      report(
        at: location, "the line contains control characters or is not valid UTF-8",
        fix: "write the line again as plain text")
      return
    }
    let scalars = text.unicodeScalars
    let end = scalars.firstIndex { $0 == " " || $0 == "\t" } ?? scalars.endIndex
    let name = String(scalars[..<end])
    let value = String(scalars[end...].drop { $0 == " " || $0 == "\t" })
    do throws(ConfigurationProblem) {
      if name.lowercased() == Setting.include.name.lowercased(), !value.isEmpty {
        try include(value, at: location, depth: depth)
      } else {
        try settings.add(name, value, at: location)
      }
    } catch {
      keep(error)
    }
  }

  private mutating func include(_ path: String, at location: FileLocation, depth: Int) throws(ConfigurationProblem) {
    try settings.add(Setting.include.name, path, at: location)
    guard depth < limits.includeDepth else {
      throw ConfigurationProblem(
        .error, at: location,
        "nesting too deep: included files are nested more than \(limits.includeDepth) levels deep",
        fix: "remove the Include that makes a file include itself, or nest fewer files")
    }
    take(file: path, from: location, depth: depth + 1)
  }

  private mutating func report(at location: FileLocation?, _ text: String, fix: String? = nil) {
    keep(ConfigurationProblem(.error, at: location, text, fix: fix))
  }

  private mutating func keep(_ problem: ConfigurationProblem) {
    if problems.count < limits.problems { problems.append(problem) }
  }

  private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var bytes = bytes.drop(while: isBlank)
    while let last = bytes.last, isBlank(last) || last == UInt8(ascii: "\r") { bytes.removeLast() }
    return bytes
  }

  /// True for space, tab, vertical tab and form feed.
  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || (0x0B...0x0C).contains(byte)
  }
}

extension Settings {
  /// Reads the contents of a configuration file that can be read only once: a pipe, standard input or a device.
  ///
  /// It waits for the end of a pipe, so use it at the start of a program and not at a reload.
  ///
  /// - Returns: `nil` if the file can be read again or cannot be read; ``read(path:contents:commandLine:)`` reports
  ///   why.
  package static func readOnce(_ path: String) -> [UInt8]? {
    try? SizeLimitedFile.readOnce(path, limit: SettingsParser.Limits().fileSize)
  }

  /// Reads a configuration file and all files that it includes.
  ///
  /// - Parameters:
  ///   - path: the file; `nil`: there is none, and every setting has its default.
  ///   - contents: the contents of a file that can be read only once; `nil`: the file is read now.
  ///   - commandLine: settings from ``override(_:_:)``, which override the file.
  /// - Returns: the settings that could be read, and all problems. If one of them is an error, do not use the settings.
  package static func read(
    path: String?, contents: [UInt8]? = nil, commandLine: Settings = Settings()
  ) -> (settings: Settings, problems: [ConfigurationProblem]) {
    var parser = SettingsParser { (file, limit) throws(FileProblem) in
      if let contents, file == path { return contents }
      return try SizeLimitedFile.read(file, limit: limit)
    }
    if let path { parser.take(file: path) }
    var settings = parser.settings
    settings.override(with: commandLine)
    return (settings, parser.problems)
  }

  /// Parses a text as a configuration file. Include lines are errors.
  package static func parse(_ text: String, file: String = "<text>") -> (
    settings: Settings, problems: [ConfigurationProblem]
  ) {
    var parser = SettingsParser { (_, _) throws(FileProblem) in
      throw FileProblem(path: "", reason: .system(.noSuchFileOrDirectory))
    }
    parser.take(Array(text.utf8), of: file)
    return (parser.settings, parser.problems)
  }
}
