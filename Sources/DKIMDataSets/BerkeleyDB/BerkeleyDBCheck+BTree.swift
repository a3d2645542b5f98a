extension BerkeleyDBCheck {
  private enum Field {
    static let root = 88
    static let records = 2
    static let subdatabases = 0x20
    static let compressed = 0x80
  }

  private enum Item {
    static let data = 1
    static let duplicates = 2
    static let overflow = 3
    static let overflowSize = 12
    static let branchHead = 12
  }

  mutating func btree() throws(FileDamage) {
    let flags = image.flags
    guard flags & Field.records == 0 else {
      throw FileDamage("has numeric keys (recno); expected a hash or a btree")
    }
    guard flags & Field.subdatabases == 0 else { throw .severalDatabases }
    guard flags & Field.compressed == 0 else { throw FileDamage("is compressed, which is not supported") }
    try tree(from: image.number(Field.root), isDuplicates: false)
  }

  /// Checks a tree of rows, or of the values of one key, and the chain of its leaves.
  mutating func tree(from root: Int, isDuplicates: Bool) throws(FileDamage) {
    let page = try visit(root)
    var leaves: [BerkeleyDBPage] = []
    try branch(page, level: page.level, isDuplicates, &leaves)
    var previous = 0
    for (index, leaf) in leaves.enumerated() {
      let next = index + 1 < leaves.count ? leaves[index + 1].number : 0
      guard leaf.previous == previous, leaf.next == next else { throw leaf.damage("is not linked to its neighbors") }
      previous = leaf.number
    }
  }

  /// Checks a page and the pages below it. Levels count from the leaves, which have level 1.
  private mutating func branch(
    _ page: BerkeleyDBPage, level: Int, _ isDuplicates: Bool, _ leaves: inout [BerkeleyDBPage]
  ) throws(FileDamage) {
    guard page.level == level else { throw page.damage("has a wrong level") }
    switch (page.kind, isDuplicates) {
    case (.btreeLeaf, false):
      guard level == 1 else { throw page.damage("has a wrong level") }
      try rows(on: page)
      leaves.append(page)
    case (.duplicateLeaf, true), (.recordLeaf, true):
      guard level == 1 else { throw page.damage("has a wrong level") }
      for index in 0..<page.entries { _ = try value(at: try image.item(index, of: page), page, mayBranch: false) }
      leaves.append(page)
    case (.btreeBranch, _), (.recordBranch, true):
      guard level > 1, page.entries > 0 else { throw page.damage("is not a valid branch page") }
      for index in 0..<page.entries {
        let child = try visit(try child(index, of: page))
        try branch(child, level: level - 1, isDuplicates, &leaves)
      }
    default: throw page.damage("is not part of its tree")
    }
  }

  /// Returns the page that a branch entry points to, and checks the key of the entry.
  private mutating func child(_ index: Int, of page: BerkeleyDBPage) throws(FileDamage) -> Int {
    let offset = try image.item(index, of: page)
    let start = page.start + offset
    if page.kind == .recordBranch {
      guard offset + 8 <= image.pageSize else { throw page.damage("has a row outside the page") }
      return image.number(start)
    }
    let length = image.number(start, 2)
    guard offset + Item.branchHead + length <= image.pageSize else { throw page.damage("has a row outside the page") }
    switch image.number(start + 2, 1) & 0x7F {
    case Item.data: break
    case Item.overflow:
      guard length >= Item.overflowSize else { throw page.damage("has a key that is too short") }
      try overflow(at: start + Item.branchHead)
    default: throw page.damage("has a key of an unknown type")
    }
    return image.number(start + 4)
  }

  /// Checks the alternating keys and values of a page. Several values may share one key.
  private mutating func rows(on page: BerkeleyDBPage) throws(FileDamage) {
    guard page.entries.isMultiple(of: 2) else { throw page.damage("has a key without a value") }
    var last = -1
    for index in stride(from: 0, to: page.entries, by: 2) {
      let offset = try image.item(index, of: page)
      if offset == last {
        noteDuplicates()
      } else {
        let key = try value(at: offset, page, mayBranch: false)
        noteKey(end: key.end, length: key.length)
      }
      last = offset
      _ = try value(at: try image.item(index + 1, of: page), page, mayBranch: true)
    }
  }

  /// Checks a key or a value; returns the offset of its end in the file, and its length.
  private mutating func value(
    at offset: Int, _ page: BerkeleyDBPage, mayBranch: Bool
  ) throws(FileDamage) -> (end: Int, length: Int) {
    let start = page.start + offset
    switch image.number(start + 2, 1) & 0x7F {
    case Item.data:
      let length = image.number(start, 2)
      guard offset + 3 + length <= image.pageSize else { throw page.damage("has a row outside the page") }
      return (start + 3 + length, length)
    case Item.overflow where offset + Item.overflowSize <= image.pageSize:
      return try overflow(at: start)
    case Item.duplicates where mayBranch && offset + Item.overflowSize <= image.pageSize:
      noteDuplicates()
      try tree(from: image.number(start + 4), isDuplicates: true)
      return (start, 0)
    default: throw page.damage("has a row of an unknown type")
    }
  }
}
