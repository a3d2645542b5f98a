/// Follows every way that a look-up or a walk can take through a file. The library trusts its pages: with a damaged
/// one it ends the whole process, and so does its own check.
struct BerkeleyDBCheck {
  /// What is good to know about the rows.
  struct Findings {
    var rows = 0
    /// A NUL stands behind some keys, and behind some there is none.
    var hasKeysWithNUL = false
    var hasKeysWithoutNUL = false
    var hasDuplicates = false
  }

  let image: BerkeleyDBImage
  private(set) var findings = Findings()
  private var seen: [Bool]
  /// Values on pages of their own that were followed, and where each ends.
  private var overflows: [Overflow: Int] = [:]

  private struct Overflow: Hashable {
    let first: Int
    let length: Int
  }

  /// - Throws: ``FileDamage`` where the library could go astray.
  static func findings(in image: BerkeleyDBImage) throws(FileDamage) -> Findings {
    var check = BerkeleyDBCheck(image)
    switch image.method {
    case .hash: try check.hash()
    case .btree: try check.btree()
    }
    return check.findings
  }

  private init(_ image: BerkeleyDBImage) {
    self.image = image
    seen = Array(repeating: false, count: image.pageCount)
  }

  /// A page, which no other way leads to.
  mutating func visit(_ number: Int) throws(FileDamage) -> BerkeleyDBPage {
    let page = try image.page(number)
    guard !seen[number] else { throw page.damage("is used twice") }
    seen[number] = true
    return page
  }

  mutating func noteKey(end: Int, length: Int) {
    findings.rows += 1
    if length > 0, image.number(end - 1, 1) == 0 {
      findings.hasKeysWithNUL = true
    } else {
      findings.hasKeysWithoutNUL = true
    }
  }

  mutating func noteDuplicates() { findings.hasDuplicates = true }

  /// A value, or a key, on pages of its own, as the item at `offset` tells; returns where it ends in the file.
  @discardableResult
  mutating func overflow(at offset: Int) throws(FileDamage) -> (end: Int, length: Int) {
    let (first, length) = (image.number(offset + 4), image.number(offset + 8))
    // Branches of trees repeat keys of leaves.
    if let end = overflows[Overflow(first: first, length: length)] { return (end, length) }
    var (number, rest, end) = (first, length, 0)
    while number != 0 {
      let page = try visit(number)
      guard page.kind == .overflow else { throw page.damage("is no part of a value") }
      guard page.offset <= image.pageSize - image.pageHead, page.offset <= rest else {
        throw page.damage("holds too much of a value")
      }
      rest -= page.offset
      end = page.start + image.pageHead + page.offset
      number = page.next
    }
    guard rest == 0 else { throw FileDamage("is damaged: a value is shorter than it should be") }
    overflows[Overflow(first: first, length: length)] = end
    return (end, length)
  }
}
