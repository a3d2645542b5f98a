/// The reference of the settings as a document and as a manual page, both made from ``SettingTable``.
public enum SettingReference {
  private static let syntax = [
    "One setting a line: the name, blanks, the value. Letter case of names does not count.",
    "# begins a comment wherever it stands in a line; there are no quotation marks and no continued lines.",
    "Yes and no are told by the first letter: T, Y or 1, and F, N or 0.",
    "Numbers are as in C: 0x400 is hexadecimal, 022 with its leading 0 octal.",
    "Of a setting that is given several times the last one holds; options of the command line hold against the file, "
      + "also after a reload.",
    "Include reads another file at its place, at most five deep.",
    "Actions are accept, discard, quarantine, reject and tempfail, or their first letters.",
    "Data sets are a list (a, b=value), csl: with a list, a path or file: with one (lines of a key, blanks and a value), "
      + "refile: with one (the same with patterns, in which * stands for anything).",
  ]

  /// Markdown.
  public static func document() -> String {
    var lines = [
      "# Configuration", "",
      "Made from the table in `Sources/DKIMConfiguration/Settings/Table` by `Scripts/configuration-reference`; do not "
        + "edit it.",
      "",
      "`dkim-milter` reads an unchanged `opendkim.conf`. `dkim-milter -n` checks it, `--help-config NAME` tells of "
        + "one setting.", "",
    ]
    lines += syntax.map { "- \($0)" } + [""]
    lines += [
      "\(SettingTable.counts(parts: BuildParts([]))) of OpenDKIM, and "
        + "\(SettingTable.counts(ours: true).total) of our own. Without effect: taken with a warning, and nothing that "
        + "happens to mail depends on it. Refused: mail would be treated otherwise than it asks for.", "",
    ]
    lines += table("Settings that work", ["setting", "value", "default", "reload", "option", "meaning"]) {
      guard $0.status == .working, !$0.isOurs else { return nil }
      return cells($0) + [escaped($0.meaning)]
    }
    lines += table(
      "Settings that OpenDKIM does not have", ["setting", "value", "default", "reload", "option", "meaning"]
    ) {
      $0.isOurs ? cells($0) + [escaped($0.meaning)] : nil
    }
    for (title, mark) in [("Without effect", "no effect"), ("Refused", "refused")] {
      lines += table(title, ["setting", "meaning", "why"]) { definition in
        guard definition.status.mark(BuildParts([])) == mark, let why = definition.status.reason else { return nil }
        return ["`\(definition.name)`", escaped(definition.meaning), escaped(why)]
      }
    }
    return lines.dropLast().map { $0 + "\n" }.joined()
  }

  private static func table(
    _ title: String, _ columns: [String], _ row: (SettingDefinition) -> [String]?
  ) -> [String] {
    let rows = SettingTable.all.compactMap(row).map { "| " + $0.joined(separator: " | ") + " |" }
    return ["## \(title)", "", "| " + columns.joined(separator: " | ") + " |"]
      + ["|" + String(repeating: "---|", count: columns.count)] + rows + [""]
  }

  private static func cells(_ definition: SettingDefinition) -> [String] {
    [
      "`\(definition.name)`", escaped("\(definition.kind)"), definition.defaultText.map { "`\(escaped($0))`" } ?? "",
      definition.isReloadable ? "yes" : "restart", definition.flag.map { "`\($0)`" } ?? "",
    ]
  }

  private static func escaped(_ text: String) -> String { text.replacing("|", with: "\\|").replacing("*", with: "\\*") }

  /// The day on which the settings or their texts last changed.
  private static let pageDate = "November 30, 2026"

  /// A page of section 5 in mdoc(7).
  public static func manualPage() -> String {
    var lines = [
      ".\\\" Made by Scripts/configuration-reference; do not edit it.", ".Dd \(pageDate)", ".Dt DKIM-MILTER.CONF 5",
      ".Os",
      ".Sh NAME", ".Nm dkim-milter.conf", ".Nd settings of dkim-milter, as in opendkim.conf", ".Sh DESCRIPTION",
      "The file that", ".Xr dkim-milter 8", "reads,", ".Pa /etc/opendkim.conf", "unless told otherwise.", ".Bl -bullet",
    ]
    for line in syntax { lines += [".It", roff(line)] }
    lines += [".El", ".Sh SETTINGS", ".Bl -tag -width Ds"]
    for definition in SettingTable.all where definition.status.mark(BuildParts([])) == nil { lines += item(definition) }
    lines += [".El", ".Sh SETTINGS WITHOUT EFFECT", "They are taken with a warning.", ".Bl -tag -width Ds"]
    for definition in SettingTable.all where definition.status.mark(BuildParts([])) == "no effect" {
      lines += item(definition)
    }
    lines += [".El", ".Sh SETTINGS THAT ARE REFUSED", "Mail would be treated otherwise than they ask for."]
    lines += [".Bl -tag -width Ds"]
    for definition in SettingTable.all where definition.status.mark(BuildParts([])) == "refused" {
      lines += item(definition)
    }
    lines += [".El", ".Sh SEE ALSO", ".Xr dkimtool 1 ,", ".Xr dkim-milter 8"]
    return lines.map { $0 + "\n" }.joined()
  }

  private static func item(_ definition: SettingDefinition) -> [String] {
    var lines = [".It Cm \(definition.name) No \(roff(definition.kind.placeholder))", roff(definition.meaning)]
    // Lists have blanks so that lines can be filled.
    if let text = definition.defaultText { lines.append(roff("Default: \(text).").replacing(",", with: ", ")) }
    if let flag = definition.flag { lines.append(roff("Option: \(flag).")) }
    if !definition.isReloadable { lines.append("A change needs a restart.") }
    if let why = definition.status.reason { lines.append(roff("Because: \(why).")) }
    if definition.isOurs { lines.append("OpenDKIM does not have it.") }
    return lines
  }

  /// The text with each sentence on its own line, without requests and escapes.
  private static func roff(_ text: String) -> String {
    text.replacing("\\", with: "\\e").replacing("-", with: "\\-").replacing(". ", with: ".\n")
      .split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.hasPrefix(".") || $0.hasPrefix("'") ? "\\&" + $0 : String($0) }.joined(separator: "\n")
  }
}

extension SettingStatus {
  /// Why a setting is not built; `nil` for what works.
  var reason: String? {
    switch self {
    case .working: nil
    case .accepted(let why), .refused(let why): why
    case .needs(let part, _, let why): "only with the part \(part); \(why)"
    }
  }
}
