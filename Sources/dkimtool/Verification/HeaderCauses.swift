import DKIMCore

/// What may have happened to a header that is not the one that was signed: fields are changed back or left
/// out, one guess after the other, until `b=` holds.
struct HeaderCauses {
  private let examination: MessageExamination
  private static let guessLimit = 64
  /// Fields that are gone through for all guesses together.
  private static let fieldLimit = 20_000

  init(_ examination: MessageExamination) {
    self.examination = examination
  }

  /// One sentence for each signature that a guess mends, by its number from the top.
  func find() -> [Int: String] {
    var found: [Int: String] = [:]
    let wanted = examination.results.indices.filter { examination.results[$0].headerHash == .differs }
    guard !wanted.isEmpty else { return [:] }
    let limit = min(Self.guessLimit, Self.fieldLimit / max(examination.header.count, 1))
    for (text, edits) in guesses().prefix(limit) where found.count < wanted.count {
      let results = examination.results(for: header(edits))
      for i in wanted where found[i] == nil && i < results.count && results[i].headerHash == .matches {
        found[i] = "The signature over the header holds \(text)."
      }
    }
    return found
  }

  /// A field's new value, or `nil` where it is left out; by position.
  private typealias Edits = [Int: [UInt8]?]

  private func guesses() -> [(String, Edits)] {
    let subjects = subjectGuesses()
    let froms = fromGuesses()
    let both = subjects.flatMap { s in froms.map { f in ("\(s.0) and \(f.0)", s.1.merging(f.1) { a, _ in a }) } }
    return (subjects + froms + both).map { ("if \($0.0)", $0.1) } + removals()
  }

  /// `[list] ` and the like at the front of the subject.
  private func subjectGuesses() -> [(String, Edits)] {
    examination.header.positions(of: "Subject").flatMap { field in
      SubjectPrefix.removed(examination.header.value(of: field)).map { prefix, value in
        ("\"\(prefix)\" is taken out of the Subject: it was added after signing", [field: value])
      }
    }
  }

  /// Mailing lists write themselves into From and keep the author elsewhere.
  private func fromGuesses() -> [(String, Edits)] {
    guard let from = examination.header.positions(of: "From").last else { return [] }
    return ["X-Original-From", "Reply-To", "X-Google-Original-From"].compactMap { name in
      examination.header.positions(of: name).last.map { other in
        (
          "From is read as \(name) has it: From was rewritten after signing",
          [from: examination.header.value(of: other)]
        )
      }
    }
  }

  /// Every field whose name is signed, left out.
  private func removals() -> [(String, Edits)] {
    var names: [String] = []
    for result in examination.results where result.headerHash == .differs {
      for name in result.signature?.signedHeaders.prefix(Self.guessLimit) ?? []
      where !names.contains(name.lowercased()) {
        names.append(name.lowercased())
      }
    }
    return names.filter { $0 != "dkim-signature" }.flatMap { name in
      examination.header.positions(of: name).prefix(3).map { field in
        ("without the field \(examination.header.name(of: field) ?? name): it was added after signing", [field: nil])
      }
    }
  }

  private func header(_ edits: Edits) -> MessageHeader {
    let original = examination.header
    var header = MessageHeader()
    for field in 0..<original.count {
      // What is no field is never signed.
      guard let name = original.name(of: field) else { continue }
      let value = edits[field] ?? original.value(of: field)
      if let value { header.append(name: Array(name.utf8).span, value: value.span) }
    }
    return header
  }
}

/// What gateways and lists put at the front of a subject.
enum SubjectPrefix {
  /// Each prefix that may have been added, and the value without it.
  static func removed(_ value: [UInt8]) -> [(prefix: String, value: [UInt8])] {
    let text = String(decoding: value, as: UTF8.self)
    var found: [(String, [UInt8])] = []
    var start = text.startIndex
    // "Re: " may stand in front of it.
    for _ in 0..<3 {
      start = text[start...].firstIndex { $0 != " " && $0 != "\t" } ?? text.endIndex
      if let end = endOfMark(text[start...]) {
        let rest = text[end...]
        let prefix = String(text[start..<end])
        found.append((prefix, Array((text[..<start] + rest.drop { $0 == " " || $0 == "\t" }).utf8)))
      }
      guard let space = text[start...].firstIndex(of: " ") else { break }
      start = space
    }
    return found
  }

  /// Behind `[...]`, `{...}`, `***...***` or `WORD:`.
  private static func endOfMark(_ text: Substring) -> String.Index? {
    let closing: Character? =
      switch text.first {
      case "[": "]"
      case "{": "}"
      case "(": ")"
      default: nil
      }
    if let closing { return text.firstIndex(of: closing).map { text.index(after: $0) } }
    let word = text.prefix { $0 != " " && $0 != "\t" }
    let isMark =
      word.hasPrefix("***") && word.hasSuffix("***") && word.count > 6 || word.count > 1 && word.hasSuffix(":")
    return isMark ? word.endIndex : nil
  }
}
