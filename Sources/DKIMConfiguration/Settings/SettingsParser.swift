internal import SystemPackage

/// The lines of a configuration file. // opendkim.conf(5)
///
/// One `Name value` a line. `#` begins a comment wherever it stands; a carriage return ends the line; there is no
/// quoting and no continuation.
struct SettingsParser {
  /// What may be large in a file.
  struct Limits: Sendable {
    /// Octets of one file.
    var fileSize = 4 << 20
    /// Octets of all files together.
    var totalSize = 16 << 20
    /// Octets of one line.
    var lineLength = 1 << 16
    /// Files within files.
    var includeDepth = 5
    /// Files altogether.
    var files = 100
    /// Problems after which nothing more is read.
    var problems = 100
  }

  /// Reads a file, of at most so many octets.
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

  /// Reads a file and what it includes.
  /// - Parameter place: the line that asked for it; `nil` for the first one.
  mutating func take(file path: String, from place: SourcePlace? = nil, depth: Int = 0) {
    files += 1
    guard files <= limits.files else {
      if files == limits.files + 1 { complain(at: place, "more than \(limits.files) files are included") }
      return
    }
    do throws(FileProblem) {
      let octets = try read(path, min(limits.fileSize, limits.totalSize - size))
      size += octets.count
      take(octets, of: path, depth: depth)
    } catch {
      complain(
        at: place ?? SourcePlace(file: path),
        (place == nil ? "" : "Include \(SettingText.shown(path)): ") + "error reading configuration file: \(error.why)")
    }
  }

  mutating func take(_ octets: [UInt8], of path: String, depth: Int = 0) {
    var octets = octets[...]
    if octets.starts(with: [0xEF, 0xBB, 0xBF]) { octets = octets.dropFirst(3) }
    var number = 0
    while !octets.isEmpty, problems.count < limits.problems {
      number += 1
      let end = octets.firstIndex(of: UInt8(ascii: "\n")) ?? octets.endIndex
      take(line: octets[..<end], at: SourcePlace(file: path, line: number), depth: depth)
      octets = octets[end...].dropFirst()
    }
  }

  private mutating func take(line: ArraySlice<UInt8>, at place: SourcePlace, depth: Int) {
    guard line.count <= limits.lineLength else {
      complain(at: place, "a line of \(line.count) octets, expected at most \(limits.lineLength)")
      return
    }
    let content = Self.trimmed(line.prefix { $0 != UInt8(ascii: "#") })
    guard !content.isEmpty else { return }
    guard !content.contains(UInt8(ascii: "\r")) else {
      // What follows it would be passed over in silence.
      complain(at: place, "a carriage return within the line", fix: "end each line with LF, or with CR LF")
      return
    }
    guard let text = String(validating: content, as: UTF8.self), text.unicodeScalars.allSatisfy(SettingText.isVisible)
    else {
      complain(at: place, "a line with octets that are no text in UTF-8", fix: "write the line anew")
      return
    }
    let scalars = text.unicodeScalars
    let end = scalars.firstIndex { $0 == " " || $0 == "\t" } ?? scalars.endIndex
    let name = String(scalars[..<end])
    let value = String(scalars[end...].drop { $0 == " " || $0 == "\t" })
    do throws(ConfigurationProblem) {
      if name.lowercased() == "include", !value.isEmpty {
        try include(value, at: place, depth: depth)
      } else {
        try settings.add(name, value, at: place)
      }
    } catch {
      keep(error)
    }
  }

  private mutating func include(_ path: String, at place: SourcePlace, depth: Int) throws(ConfigurationProblem) {
    try settings.add("Include", path, at: place)
    guard depth < limits.includeDepth else {
      throw ConfigurationProblem(
        .error, at: place, "nesting too deep: files include each other more than \(limits.includeDepth) deep",
        fix: "remove the Include that leads in a circle")
    }
    take(file: path, from: place, depth: depth + 1)
  }

  private mutating func complain(at place: SourcePlace?, _ text: String, fix: String? = nil) {
    keep(ConfigurationProblem(.error, at: place, text, fix: fix))
  }

  private mutating func keep(_ problem: ConfigurationProblem) {
    if problems.count < limits.problems { problems.append(problem) }
  }

  private static func trimmed(_ octets: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var octets = octets.drop(while: isBlank)
    while let last = octets.last, isBlank(last) || last == UInt8(ascii: "\r") { octets.removeLast() }
    return octets
  }

  /// Blank, tabulator, vertical tabulator, form feed.
  private static func isBlank(_ octet: UInt8) -> Bool {
    octet == 0x20 || octet == 0x09 || (0x0B...0x0C).contains(octet)
  }
}

extension Settings {
  /// The contents of a configuration file that can be read only once: a pipe, standard input, a device. Waits for the
  /// end of a pipe, so that it is for the start of a program, and not for a reload.
  ///
  /// - Returns: `nil` where the file can be read again, or cannot be read; ``read(path:contents:commandLine:)`` says why.
  public static func readOnce(_ path: String) -> [UInt8]? {
    try? BoundedFile.readOnce(path, limit: SettingsParser.Limits().fileSize)
  }

  /// Reads a configuration file and all that it includes.
  ///
  /// - Parameters:
  ///   - path: the file; `nil`: none, every setting has its default.
  ///   - contents: its bytes, where it can be read only once; `nil`: it is read now.
  ///   - commandLine: settings from ``override(_:_:)``, which hold against the file.
  /// - Returns: what could be read, and every problem; with an error among them the settings must not be used.
  public static func read(
    path: String?, contents: [UInt8]? = nil, commandLine: Settings = Settings()
  ) -> (settings: Settings, problems: [ConfigurationProblem]) {
    var parser = SettingsParser { (file, limit) throws(FileProblem) in
      if let contents, file == path { return contents }
      return try BoundedFile.read(file, limit: limit)
    }
    if let path { parser.take(file: path) }
    var settings = parser.settings
    settings.override(with: commandLine)
    return (settings, parser.problems)
  }

  /// Reads text as a configuration file; nothing can be included.
  public static func parse(_ text: String, file: String = "<text>") -> (
    settings: Settings, problems: [ConfigurationProblem]
  ) {
    var parser = SettingsParser { (_, _) throws(FileProblem) in
      throw FileProblem(path: "", reason: .system(.noSuchFileOrDirectory))
    }
    parser.take(Array(text.utf8), of: file)
    return (parser.settings, parser.problems)
  }
}
