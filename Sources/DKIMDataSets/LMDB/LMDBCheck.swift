/// Checks every page that a lookup or a listing can reach. The library trusts its pages: a damaged one makes it end the
/// whole process.
struct LMDBCheck {
  /// Facts about the rows.
  struct Contents {
    var rows = 0
    /// Rows that are named databases.
    var namedDatabases = 0
  }

  private enum PageKind {
    static let branch: UInt64 = 1
    static let leaf: UInt64 = 2
    static let overflow: UInt64 = 4
    static let mask: UInt64 = 0x6F
  }

  private enum NodeFlag {
    static let bigValue: UInt64 = 1
    static let database: UInt64 = 2
    static let severalValues: UInt64 = 4
  }

  private static let pageHead = 16
  private static let nodeHead = 8
  /// The maximum depth in the library.
  private static let deepest = 32

  private let head: LMDBHead
  private let read: (_ offset: Int, _ count: Int) throws(FileDamage) -> [UInt8]
  private var contents = Contents()
  private var seen: Set<UInt64> = []

  /// - Parameter read: reads the given part of the file, or less at the end of the file.
  /// - Throws: ``FileDamage`` if the file could crash the library.
  static func contents(
    _ head: LMDBHead, _ read: @escaping (_ offset: Int, _ count: Int) throws(FileDamage) -> [UInt8]
  ) throws(FileDamage) -> Contents {
    // Keys may also be compared in reverse.
    guard head.flags & ~2 == 0 else {
      throw FileDamage("has numeric keys, or keys with several values; expected text keys with one value each")
    }
    var check = LMDBCheck(head: head, read: read)
    if let root = head.root { try check.tree(root, depth: 1) }
    return check.contents
  }

  private init(head: LMDBHead, read: @escaping (Int, Int) throws(FileDamage) -> [UInt8]) {
    self.head = head
    self.read = read
  }

  private mutating func tree(_ number: UInt64, depth: Int) throws(FileDamage) {
    guard depth <= Self.deepest else { throw FileDamage("is damaged: its tree is too deep") }
    guard seen.insert(number).inserted else { throw Self.damage(number, "is used twice") }
    let page = try bytes(of: number, head.pageSize)
    let (lower, upper) = (Int(page.number(12, 2)), Int(page.number(14, 2)))
    guard Self.pageHead <= lower, lower <= upper, upper <= head.pageSize, lower.isMultiple(of: 2) else {
      throw Self.damage(number, "has an invalid header")
    }
    let nodes = stride(from: Self.pageHead, to: lower, by: 2).map { Int(page.number($0, 2)) }
    guard nodes.allSatisfy({ upper <= $0 && $0 + Self.nodeHead + Int(page.number($0 + 6, 2)) <= head.pageSize }) else {
      throw Self.damage(number, "has a row outside the page")
    }
    switch page.number(10, 2) & PageKind.mask {
    case PageKind.branch:
      // The library ends the process if there are fewer.
      guard nodes.count > 1 else { throw Self.damage(number, "has fewer than two children") }
      for node in nodes {
        try tree(page.number(node, 4) | page.number(node + 4, 2) << 32, depth: depth + 1)
      }
    case PageKind.leaf:
      for node in nodes { try row(node, page, number) }
    default: throw Self.damage(number, "is not part of the tree")
    }
  }

  private mutating func row(_ node: Int, _ page: [UInt8], _ number: UInt64) throws(FileDamage) {
    let (flags, keySize, size) = (page.number(node + 4, 2), Int(page.number(node + 6, 2)), Int(page.number(node, 4)))
    let end = node + Self.nodeHead + keySize
    contents.rows += 1
    guard flags & NodeFlag.severalValues == 0 else { throw Self.damage(number, "has a row of an unknown type") }
    if flags & NodeFlag.database != 0 { contents.namedDatabases += 1 }
    guard flags & NodeFlag.bigValue != 0 else {
      guard end + size <= head.pageSize else { throw Self.damage(number, "has a row outside the page") }
      return
    }
    guard end + 8 <= head.pageSize else { throw Self.damage(number, "has a row outside the page") }
    try bigValue(page.number(end, 8), size)
  }

  /// Checks a value on separate, consecutive pages.
  private func bigValue(_ first: UInt64, _ size: Int) throws(FileDamage) {
    let start = try bytes(of: first, Self.pageHead)
    let count = start.number(12, 4)
    guard start.number(10, 2) & PageKind.mask == PageKind.overflow, count > 0,
      size <= Int(count) * head.pageSize - Self.pageHead
    else { throw Self.damage(first, "is not part of a value") }
    guard first + count - 1 <= head.lastPage,
      try !read(Int(first) * head.pageSize + Self.pageHead + size - 1, 1).isEmpty
    else { throw FileDamage("is truncated: page \(first + count - 1) is missing") }
  }

  private func bytes(of number: UInt64, _ count: Int) throws(FileDamage) -> [UInt8] {
    guard number > 1, number <= head.lastPage, number < 1 << 46 else {
      throw FileDamage("is damaged: page \(number) does not exist")
    }
    let bytes = try read(Int(number) * head.pageSize, count)
    guard bytes.count == count else { throw FileDamage("is truncated: page \(number) is missing") }
    guard bytes.number(0, 8) == number else { throw Self.damage(number, "has a wrong page number") }
    return bytes
  }

  private static func damage(_ number: UInt64, _ what: String) -> FileDamage {
    FileDamage("is damaged: page \(number) \(what)")
  }
}
