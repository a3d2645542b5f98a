import DKIMCore

/// Finds out what may have happened to a header that differs from the one that was signed. Fields are changed back or
/// left out, one possible change after the other, until `b=` matches.
struct HeaderCauses {
  private let examination: MessageVerification
  private static let guessLimit = 64
  /// The number of fields that are processed for all guesses together.
  private static let fieldLimit = 20_000
  /// Fields with the address of the author if a mailing list has put its own into From.
  private static let originalFrom = ["X-Original-From", "Reply-To", "X-Google-Original-From"]
    .compactMap { try? HeaderFieldName($0) }

  init(_ examination: MessageVerification) {
    self.examination = examination
  }

  /// Returns the cause for each signature that one of the guesses makes valid, by its number from the top.
  func find() -> [Int: SignatureDiagnosis.Cause] {
    var found: [Int: SignatureDiagnosis.Cause] = [:]
    let wanted = examination.results.indices.filter { examination.results[$0].headerHash == .differs }
    guard !wanted.isEmpty else { return [:] }
    let limit = min(Self.guessLimit, Self.fieldLimit / max(examination.header.count, 1))
    for (cause, edits) in guesses().prefix(limit) where found.count < wanted.count {
      let results = examination.results(for: header(edits))
      for i in wanted where found[i] == nil && i < results.count && results[i].headerHash == .matches {
        found[i] = cause
      }
    }
    return found
  }

  /// The new values of fields by position; `nil` leaves a field out.
  private typealias Edits = [Int: [UInt8]?]

  private func guesses() -> [(SignatureDiagnosis.Cause, Edits)] {
    let subjects = subjectGuesses()
    let froms = fromGuesses()
    let both = subjects.flatMap { s in froms.map { f in (s.0, f.0, s.1.merging(f.1) { a, _ in a }) } }
    return subjects.map { (.headerRewritten(subjectPrefix: $0.0, originalFrom: nil), $0.1) }
      + froms.map { (.headerRewritten(subjectPrefix: nil, originalFrom: $0.0), $0.1) }
      + both.map { (.headerRewritten(subjectPrefix: $0.0, originalFrom: $0.1), $0.2) } + removals()
  }

  /// Returns guesses that remove a prefix such as `[list] ` from the subject, with the prefix.
  private func subjectGuesses() -> [(String, Edits)] {
    examination.header.positions(of: .subject).flatMap { field in
      SubjectPrefix.removed(examination.header.value(of: field)).map { prefix, value in
        (prefix, [field: value])
      }
    }
  }

  /// Returns guesses for mailing lists that put their own address into From and the author's address into another
  /// field, with the name of that field.
  private func fromGuesses() -> [(String, Edits)] {
    guard let from = examination.header.positions(of: .from).last else { return [] }
    return Self.originalFrom.compactMap { name in
      examination.header.positions(of: name).last.map { other in
        (name.text, [from: examination.header.value(of: other)])
      }
    }
  }

  /// Guesses that leave out one field whose name is signed.
  private func removals() -> [(SignatureDiagnosis.Cause, Edits)] {
    var names: [HeaderFieldName] = []
    for result in examination.results where result.headerHash == .differs {
      for name in result.signature?.signedHeaders.prefix(Self.guessLimit) ?? [] where !names.contains(name) {
        names.append(name)
      }
    }
    return names.filter { $0 != .dkimSignature }.flatMap { name in
      examination.header.positions(of: name).prefix(3).map { field in
        (.fieldAdded(name: examination.header.name(of: field) ?? name.text), [field: nil])
      }
    }
  }

  private func header(_ edits: Edits) -> MessageHeader {
    let original = examination.header
    var header = MessageHeader()
    for field in 0..<original.count {
      // A line that is not a field is never signed.
      guard let name = original.name(of: field) else { continue }
      let value = edits[field] ?? original.value(of: field)
      if let value { header.append(name: Array(name.utf8).span, value: value.span) }
    }
    return header
  }
}

/// Prefixes that gateways and mailing lists add to a subject.
enum SubjectPrefix {
  /// Returns each prefix that may have been added, and the value without it.
  static func removed(_ value: [UInt8]) -> [(prefix: String, value: [UInt8])] {
    let text = String(decoding: value, as: UTF8.self)
    var found: [(String, [UInt8])] = []
    var start = text.startIndex
    // "Re: " may precede the prefix.
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

  /// Returns the end of a prefix `[...]`, `{...}`, `(...)`, `***...***` or `WORD:`; `nil` if there is none.
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
