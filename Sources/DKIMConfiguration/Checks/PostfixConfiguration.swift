internal import SystemSupport

/// Postfix's main.cf, and whether master.cf runs smtpd in a chroot. // postconf(5), master(5)
struct PostfixConfiguration: Sendable {
  struct Entry: Sendable, Hashable {
    let value: String
    let location: FileLocation
  }

  let file: String
  private var entries: [String: Entry] = [:]
  /// True if smtpd runs in a chroot, the queue directory.
  private(set) var isSMTPDChrooted = false

  static let sizeLimit = 1 << 20

  /// Reads main.cf, and master.cf in the same directory.
  ///
  /// - Parameter path: the path of main.cf.
  /// - Returns: `nil` if main.cf cannot be read.
  static func read(_ path: String) -> PostfixConfiguration? {
    guard let main = try? SizeLimitedFile.read(path, limit: sizeLimit) else { return nil }
    let master = try? SizeLimitedFile.read(FileAccess.parent(of: path) + "/master.cf", limit: sizeLimit)
    return PostfixConfiguration(main: main, master: master ?? [], file: path)
  }

  init(main: [UInt8], master: [UInt8], file: String) {
    self.file = file
    for (line, number) in Self.logicalLines(main) {
      guard let equals = line.firstIndex(of: "=") else { continue }
      let name = ConfigurationDraft.trimmed(String(line[..<equals]))
      let value = ConfigurationDraft.trimmed(String(line[line.index(after: equals)...]))
      entries[name] = Entry(value: value, location: FileLocation(file: file, line: number))
    }
    // Since compatibility level 1, a "-" in the chroot column of master.cf means no.
    let isOld = (value("compatibility_level").flatMap { Int($0.prefix { $0.isWholeNumber }) } ?? 0) < 1
    for (line, _) in Self.logicalLines(master) {
      let fields = line.split { $0 == " " || $0 == "\t" }
      guard fields.count >= 8, fields[7] == "smtpd" else { continue }
      if fields[4] == "y" || (fields[4] == "-" && isOld) { isSMTPDChrooted = true }
    }
  }

  /// The value of a parameter, with `$name` expanded; `nil` if the parameter is not set.
  func value(_ name: String) -> String? { entries[name].map { expanded($0.value) } }

  func location(_ name: String) -> FileLocation { entries[name]?.location ?? FileLocation(file: file) }

  var queueDirectory: String { value("queue_directory").flatMap { $0.isEmpty ? nil : $0 } ?? "/var/spool/postfix" }

  /// The sockets that `smtpd_milters` or a similar parameter names.
  func milters(_ name: String) -> [String] {
    var text = value(name) ?? ""
    // `{ inet:host:port, default_action = accept }`
    text = text.replacing("{", with: " ").replacing("}", with: ",")
    return text.split { $0 == "," || $0 == " " || $0 == "\t" }.map { String($0) }
      .filter { $0.hasPrefix("inet:") || $0.hasPrefix("unix:") || $0.hasPrefix("inet6:") }
  }

  /// Splits a file into logical lines: a line that starts with white space continues the previous one; empty lines and
  /// comments are skipped.
  private static func logicalLines(_ bytes: [UInt8]) -> [(String, Int)] {
    var lines: [(String, Int)] = []
    let raw = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, line) in raw.enumerated() {
      let text = ConfigurationDraft.trimmed(String(decoding: line, as: UTF8.self).replacing("\r", with: ""))
      guard !text.isEmpty, !text.hasPrefix("#") else { continue }
      if line.first == 0x20 || line.first == 0x09, !lines.isEmpty {
        lines[lines.count - 1].0 += " " + text
      } else {
        lines.append((text, index + 1))
      }
    }
    return lines
  }

  /// Expands `$name`, `$(name)` and `${name}`; other forms are left unchanged.
  private func expanded(_ text: String) -> String {
    var budget = Self.mostExpansions
    return expanded(text, depth: 0, &budget)
  }

  private static let mostExpansions = 100

  private func expanded(_ text: String, depth: Int, _ budget: inout Int) -> String {
    let parts = text.split(separator: "$", maxSplits: Self.mostExpansions, omittingEmptySubsequences: false)
    var result = parts.first.map { String($0) } ?? ""
    for part in parts.dropFirst() {
      let bracket = part.first == "{" || part.first == "("
      let named = part.dropFirst(bracket ? 1 : 0)
      let name = named.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
      guard !name.isEmpty, depth < 5, budget > 0 else {
        result += "$" + part
        continue
      }
      budget -= 1
      if let entry = entries[String(name)] { result += expanded(entry.value, depth: depth + 1, &budget) }
      result += named.dropFirst(name.count).dropFirst(bracket ? 1 : 0)
    }
    return result
  }
}
