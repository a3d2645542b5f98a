/// The bytes of a Berkeley DB file, divided into pages. Reading is safe whatever the file contains.
struct BerkeleyDBImage {
  enum Method { case hash, btree }

  let bytes: [UInt8]
  let method: Method
  let pageSize: Int
  /// Flags of the method.
  let flags: Int
  /// Number of complete pages.
  let pageCount: Int
  /// Bytes in a page before the offsets of its items.
  let pageHead: Int
  private let isBigEndian: Bool

  private static let magicOffset = 12
  private static let headSize = 512

  /// Parses the header of the file.
  init(_ bytes: [UInt8]) throws(FileDamage) {
    guard !bytes.isEmpty else { throw FileDamage("is empty and not a Berkeley DB file") }
    let little = Self.number(bytes, Self.magicOffset, 4, bigEndian: false)
    let big = Self.number(bytes, Self.magicOffset, 4, bigEndian: true)
    let first = Self.number(bytes, 0, 4, bigEndian: false)
    guard let kind = little.flatMap(Magic.init(rawValue:)) ?? big.flatMap(Magic.init(rawValue:)) else {
      throw FileDamage(Self.describeForeignFile(bytes, isOld: first.flatMap(Magic.init(rawValue:)) != nil))
    }
    let isBigEndian = little.flatMap(Magic.init(rawValue:)) == nil
    func field(_ offset: Int, _ size: Int = 4) -> Int {
      Self.number(bytes, offset, size, bigEndian: isBigEndian) ?? 0
    }
    let method = try kind.method(version: field(16))
    let pageSize = field(20)
    guard pageSize >= Self.headSize, pageSize <= 1 << 16, pageSize & (pageSize - 1) == 0 else {
      throw FileDamage("is damaged: its header claims pages of \(pageSize) bytes")
    }
    let pageCount = bytes.count / pageSize
    let announced = field(32) + 1
    guard announced <= pageCount else {
      throw FileDamage("is truncated: only \(pageCount) of its \(announced) pages exist")
    }
    let (encryption, type, generalFlags) = (field(24, 1), field(25, 1), field(26, 1))
    guard encryption == 0 else { throw FileDamage("is encrypted, which is not supported") }
    guard type == (method == .hash ? 8 : 9), field(8) == 0 else { throw FileDamage("has a damaged header") }
    guard generalFlags & 6 == 0, field(36) == 0 else { throw FileDamage("is one of several partitions") }
    self.bytes = bytes
    self.method = method
    self.pageSize = pageSize
    self.pageCount = announced
    self.isBigEndian = isBigEndian
    pageHead = generalFlags & 1 == 0 ? 26 : 32
    flags = field(48)
  }

  /// Returns a number of `size` bytes; 0 beyond the end.
  func number(_ offset: Int, _ size: Int = 4) -> Int {
    Self.number(bytes, offset, size, bigEndian: isBigEndian) ?? 0
  }

  private static func number(_ bytes: [UInt8], _ offset: Int, _ size: Int, bigEndian: Bool) -> Int? {
    guard offset >= 0, offset <= bytes.count - size else { return nil }
    var number = 0
    for index in 0..<size { number = number << 8 | Int(bytes[bigEndian ? offset + index : offset + size - 1 - index]) }
    return number
  }

  /// Describes a file that is not a supported Berkeley DB file.
  private static func describeForeignFile(_ bytes: [UInt8], isOld: Bool) -> String {
    if isOld { return "is from Berkeley DB 1, which is not supported; rebuild it with db5.3_load" }
    if bytes.starts(with: "SQLite format 3\0".utf8) {
      return "is an SQLite file, not a Berkeley DB file; use dsn:sqlite3"
    }
    if number(bytes, 16, 4, bigEndian: false) == 0xBEEF_C0DE {
      return "is an LMDB file, not a Berkeley DB file; use mdb:"
    }
    let isText = bytes.prefix(512).allSatisfy { $0 >= 0x20 && $0 != 0x7F || (0x09...0x0D).contains($0) }
    return isText
      ? "is a text file, not a Berkeley DB file; use file:, or convert it with db5.3_load or postmap"
      : "is not a Berkeley DB file"
  }

  /// The magic number in the header.
  private enum Magic: Int {
    case btree = 0x53162
    case hash = 0x61561
    case queue = 0x42253
    case heap = 0x74582

    func method(version: Int) throws(FileDamage) -> Method {
      let (oldest, newest, method): (Int, Int, Method)
      switch self {
      case .btree: (oldest, newest, method) = (8, 9, .btree)
      case .hash: (oldest, newest, method) = (7, 9, .hash)
      case .queue: throw FileDamage("is a queue, which has no keys; expected a hash or a btree")
      case .heap: throw FileDamage("is a heap, which has no keys; expected a hash or a btree")
      }
      if version < oldest { throw FileDamage("is from an old version of Berkeley DB; upgrade it with db5.3_upgrade") }
      guard version <= newest else {
        throw FileDamage("is from a newer version of Berkeley DB than 5.3; rebuild it with db5.3_load")
      }
      return method
    }
  }
}

/// A page with its position.
struct BerkeleyDBPage {
  enum Kind: Int {
    case unused = 0
    case unsortedHash = 2
    case btreeBranch = 3
    case recordBranch = 4
    case btreeLeaf = 5
    case recordLeaf = 6
    case overflow = 7
    case duplicateLeaf = 12
    case hash = 13
  }

  let number: Int
  let kind: Kind
  let start: Int
  let previous: Int
  let next: Int
  let entries: Int
  /// The offset at which rows begin on the page; on an overflow page, the number of bytes of the value.
  let offset: Int
  let level: Int

  func damage(_ what: String) -> FileDamage { FileDamage("is damaged: page \(number) \(what)") }
}

extension BerkeleyDBImage {
  func page(_ number: Int) throws(FileDamage) -> BerkeleyDBPage {
    guard number > 0, number < pageCount else { throw FileDamage("is damaged: page \(number) does not exist") }
    let start = number * pageSize
    guard let kind = BerkeleyDBPage.Kind(rawValue: self.number(start + 25, 1)) else {
      throw FileDamage("is damaged: page \(number) has an unknown type")
    }
    let page = BerkeleyDBPage(
      number: number, kind: kind, start: start, previous: self.number(start + 12), next: self.number(start + 16),
      entries: self.number(start + 20, 2), offset: self.number(start + 22, 2), level: self.number(start + 24, 1))
    guard self.number(start + 8) == (kind == .unused ? 0 : number) else { throw page.damage("has a wrong page number") }
    return page
  }

  /// Returns the offset of an item on its page; the item must not overlap the list of offsets.
  func item(_ index: Int, of page: BerkeleyDBPage) throws(FileDamage) -> Int {
    let itemsEnd = pageHead + 2 * page.entries
    let offset = number(page.start + pageHead + 2 * index, 2)
    guard index < page.entries, itemsEnd <= offset, offset < pageSize else {
      throw page.damage("has a row outside the page")
    }
    return offset
  }
}
