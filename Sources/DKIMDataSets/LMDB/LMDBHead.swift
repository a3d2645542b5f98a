/// A header page of an LMDB file. The first two pages are headers and are written in turn: the one with the higher
/// transaction number is valid.
struct LMDBHead: Hashable {
  let pageSize: Int
  /// The transaction that wrote the page.
  let transaction: UInt64
  /// The order of keys, and whether a key may have several values.
  let flags: Int
  /// The root page of the tree of rows; `nil` if the database is empty.
  let root: UInt64?
  /// The highest page number in the tree.
  let lastPage: UInt64

  /// Bytes read from each header page.
  static let size = 152

  /// Reads both headers. `read` returns fewer bytes at the end of the file.
  static func both(
    _ read: (_ offset: Int, _ count: Int) throws(FileDamage) -> [UInt8]
  ) throws(FileDamage) -> [LMDBHead] {
    let start = try read(0, size)
    guard !start.isEmpty else { throw FileDamage("is empty and not an LMDB file") }
    let first = try LMDBHead(start)
    let second = try LMDBHead(try read(first.pageSize, size))
    guard second.pageSize == first.pageSize else { throw FileDamage("is damaged: its two headers differ") }
    return [first, second]
  }

  private init(_ bytes: [UInt8]) throws(FileDamage) {
    guard bytes.count == Self.size, bytes.number(16, 4) == 0xBEEF_C0DE else {
      throw FileDamage("is not an LMDB file")
    }
    guard bytes.number(20, 4) == 1 else { throw FileDamage("has an unsupported LMDB version (expected 0.9)") }
    pageSize = Int(bytes.number(40, 4))
    guard bytes.number(10, 2) & 8 != 0, (256...1 << 16).contains(pageSize), pageSize & (pageSize - 1) == 0 else {
      throw FileDamage("has a damaged header")
    }
    flags = Int(bytes.number(92, 2))
    let root = bytes.number(128, 8)
    self.root = root == .max ? nil : root
    lastPage = bytes.number(136, 8)
    transaction = bytes.number(144, 8)
  }
}

extension [UInt8] {
  /// Returns a little-endian number of `size` bytes; 0 beyond the end.
  func number(_ offset: Int, _ size: Int) -> UInt64 {
    guard offset >= 0, offset <= count - size else { return 0 }
    return self[offset..<offset + size].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}
