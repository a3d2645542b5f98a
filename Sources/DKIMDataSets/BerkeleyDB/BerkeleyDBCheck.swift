/// Checks every page that a lookup or a listing can reach. The library trusts its pages: a damaged one makes it end the
/// whole process, and so does its own verification function.
struct BerkeleyDBCheck {
  /// Facts about the rows.
  struct Contents {
    var rows = 0
    /// Whether some keys end with a NUL, and whether some do not.
    var hasKeysWithNUL = false
    var hasKeysWithoutNUL = false
    var hasDuplicates = false
  }

  let image: BerkeleyDBImage
  private(set) var contents = Contents()
  private var seen: [Bool]
  /// Checked values on separate pages, with the offset of their ends.
  private var overflows: [Overflow: Int] = [:]

  private struct Overflow: Hashable {
    let first: Int
    let length: Int
  }

  /// - Throws: ``FileDamage`` if the file could crash the library.
  static func contents(in image: BerkeleyDBImage) throws(FileDamage) -> Contents {
    var check = BerkeleyDBCheck(image)
    switch image.method {
    case .hash: try check.hash()
    case .btree: try check.btree()
    }
    return check.contents
  }

  private init(_ image: BerkeleyDBImage) {
    self.image = image
    seen = Array(repeating: false, count: image.pageCount)
  }

  /// Returns a page, and throws if it has been visited before.
  mutating func visit(_ number: Int) throws(FileDamage) -> BerkeleyDBPage {
    let page = try image.page(number)
    guard !seen[number] else { throw page.damage("is used twice") }
    seen[number] = true
    return page
  }

  mutating func noteKey(end: Int, length: Int) {
    contents.rows += 1
    if length > 0, image.number(end - 1, 1) == 0 {
      contents.hasKeysWithNUL = true
    } else {
      contents.hasKeysWithoutNUL = true
    }
  }

  mutating func noteDuplicates() { contents.hasDuplicates = true }

  /// Checks a value or a key on separate pages, described by the item at `offset`; returns the offset of its end in the
  /// file, and its length.
  @discardableResult
  mutating func overflow(at offset: Int) throws(FileDamage) -> (end: Int, length: Int) {
    let (first, length) = (image.number(offset + 4), image.number(offset + 8))
    // Branches of a tree repeat the keys of its leaves.
    if let end = overflows[Overflow(first: first, length: length)] { return (end, length) }
    var (number, rest, end) = (first, length, 0)
    while number != 0 {
      let page = try visit(number)
      guard page.kind == .overflow else { throw page.damage("is not part of a value") }
      guard page.offset <= image.pageSize - image.pageHead, page.offset <= rest else {
        throw page.damage("has too many bytes of a value")
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
