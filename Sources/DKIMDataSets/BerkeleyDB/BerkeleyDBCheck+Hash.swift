extension BerkeleyDBCheck {
  private enum Field {
    static let lastBucket = 72
    static let lowMask = 80
    static let spares = 96
    static let subdatabases = 2
  }

  /// Checks every bucket, which is a chain of pages.
  mutating func hash() throws(FileDamage) {
    guard image.flags & Field.subdatabases == 0 else { throw .severalDatabases }
    let lastBucket = image.number(Field.lastBucket)
    guard lastBucket < image.pageCount, image.number(Field.lowMask) <= lastBucket else {
      throw FileDamage("is damaged: its header claims \(lastBucket + 1) buckets on \(image.pageCount) pages")
    }
    for bucket in 0...lastBucket {
      // Pages are allocated each time the number of buckets doubles.
      let doublings = Int.bitWidth - bucket.leadingZeroBitCount
      var number = bucket + image.number(Field.spares + 4 * doublings)
      var previous = 0
      while number != 0 {
        let page = try visit(number)
        if page.kind == .unused, previous == 0 { break }
        guard page.kind == .hash || page.kind == .unsortedHash, page.previous == previous else {
          throw page.damage("is not part of its bucket")
        }
        try rows(on: page)
        (previous, number) = (number, page.next)
      }
    }
  }

  /// Checks the alternating keys and values of a page; the first one is at the end of the page.
  private mutating func rows(on page: BerkeleyDBPage) throws(FileDamage) {
    guard page.entries.isMultiple(of: 2) else { throw page.damage("has a key without a value") }
    var end = image.pageSize
    for index in 0..<page.entries {
      let start = try image.item(index, of: page)
      guard start < end else { throw page.damage("has rows that overlap") }
      try item(page.start + start..<page.start + end, isKey: index.isMultiple(of: 2), page)
      end = start
    }
  }

  private mutating func item(_ range: Range<Int>, isKey: Bool, _ page: BerkeleyDBPage) throws(FileDamage) {
    switch (image.number(range.lowerBound, 1), isKey) {
    case (1, true): noteKey(end: range.upperBound, length: range.count - 1)
    case (1, false): break
    case (2, false):
      noteDuplicates()
      try duplicates(range.lowerBound + 1..<range.upperBound, page)
    case (3, _):
      guard range.count == 12 else { throw page.damage("has a row that is too short") }
      let key = try overflow(at: range.lowerBound)
      if isKey { noteKey(end: key.end, length: key.length) }
    case (4, false):
      guard range.count == 8 else { throw page.damage("has a row that is too short") }
      noteDuplicates()
      try tree(from: image.number(range.lowerBound + 4), isDuplicates: true)
    default: throw page.damage("has a row of an unknown type")
    }
  }

  /// Checks several values of a key; each is preceded and followed by its length.
  private func duplicates(_ range: Range<Int>, _ page: BerkeleyDBPage) throws(FileDamage) {
    var offset = range.lowerBound
    while offset < range.upperBound {
      let length = image.number(offset, 2)
      let end = offset + 4 + length
      guard end <= range.upperBound, image.number(end - 2, 2) == length else {
        throw page.damage("has values that overlap")
      }
      offset = end
    }
  }
}

extension FileDamage {
  static let severalDatabases = FileDamage("contains several named databases; expected one database without a name")
}
