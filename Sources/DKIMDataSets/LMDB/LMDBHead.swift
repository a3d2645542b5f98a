/// What the two first pages of an LMDB file say. Each is written in turn: the one with the higher number counts.
struct LMDBHead: Hashable {
  let pageSize: Int
  /// The transaction that wrote the page.
  let transaction: UInt64
  /// How keys are compared, and whether one may have several values.
  let flags: Int
  /// The first page of the tree of rows; `nil` where there are no rows.
  let root: UInt64?
  /// No page of the tree has a higher number.
  let lastPage: UInt64

  /// Octets of a page that are read.
  static let size = 152

  /// Both of them. `read` returns as many octets as there are.
  static func both(
    _ read: (_ offset: Int, _ count: Int) throws(FileDamage) -> [UInt8]
  ) throws(FileDamage) -> [LMDBHead] {
    let start = try read(0, size)
    guard !start.isEmpty else { throw FileDamage("is empty, and no LMDB file") }
    let first = try LMDBHead(start)
    let second = try LMDBHead(try read(first.pageSize, size))
    guard second.pageSize == first.pageSize else { throw FileDamage("is damaged: its two heads differ") }
    return [first, second]
  }

  private init(_ octets: [UInt8]) throws(FileDamage) {
    guard octets.count == Self.size, octets.number(16, 4) == 0xBEEF_C0DE else { throw FileDamage("is no LMDB file") }
    guard octets.number(20, 4) == 1 else { throw FileDamage("is of a version of LMDB other than 0.9") }
    pageSize = Int(octets.number(40, 4))
    guard octets.number(10, 2) & 8 != 0, (256...1 << 16).contains(pageSize), pageSize & (pageSize - 1) == 0 else {
      throw FileDamage("is damaged: its head is")
    }
    flags = Int(octets.number(92, 2))
    let root = octets.number(128, 8)
    self.root = root == .max ? nil : root
    lastPage = octets.number(136, 8)
    transaction = octets.number(144, 8)
  }
}

extension [UInt8] {
  /// A number of `size` octets, the lowest first; 0 beyond the end.
  func number(_ offset: Int, _ size: Int) -> UInt64 {
    guard offset >= 0, offset <= count - size else { return 0 }
    return self[offset..<offset + size].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}
