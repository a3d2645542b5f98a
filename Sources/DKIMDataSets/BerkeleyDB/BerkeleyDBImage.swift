/// The octets of a Berkeley DB file, page by page. Whatever stands in them, they can be read.
struct BerkeleyDBImage {
  enum Method { case hash, btree }

  let octets: [UInt8]
  let method: Method
  let pageSize: Int
  /// Flags of the method.
  let flags: Int
  /// Whole pages.
  let pageCount: Int
  /// Octets of a page before the offsets of its items.
  let pageHead: Int
  private let isBigEndian: Bool

  private static let magicOffset = 12
  private static let headSize = 512

  /// Reads the head of the file, which says what it is.
  init(_ octets: [UInt8]) throws(FileDamage) {
    guard !octets.isEmpty else { throw FileDamage("is empty, and no Berkeley DB file") }
    let little = Self.number(octets, Self.magicOffset, 4, bigEndian: false)
    let big = Self.number(octets, Self.magicOffset, 4, bigEndian: true)
    let first = Self.number(octets, 0, 4, bigEndian: false)
    guard let kind = little.flatMap(Magic.init(rawValue:)) ?? big.flatMap(Magic.init(rawValue:)) else {
      throw FileDamage(Self.stranger(octets, isOld: first.flatMap(Magic.init(rawValue:)) != nil))
    }
    let isBigEndian = little.flatMap(Magic.init(rawValue:)) == nil
    func field(_ offset: Int, _ size: Int = 4) -> Int {
      Self.number(octets, offset, size, bigEndian: isBigEndian) ?? 0
    }
    let method = try kind.method(version: field(16))
    let pageSize = field(20)
    guard pageSize >= Self.headSize, pageSize <= 1 << 16, pageSize & (pageSize - 1) == 0 else {
      throw FileDamage("is damaged: it tells of pages of \(pageSize) octets")
    }
    let pageCount = octets.count / pageSize
    let announced = field(32) + 1
    guard announced <= pageCount else {
      throw FileDamage("was cut: \(pageCount) of its \(announced) pages are there")
    }
    let (encryption, type, generalFlags) = (field(24, 1), field(25, 1), field(26, 1))
    guard encryption == 0 else { throw FileDamage("is encrypted, which cannot be read") }
    guard type == (method == .hash ? 8 : 9), field(8) == 0 else { throw FileDamage("is damaged: its head is") }
    guard generalFlags & 6 == 0, field(36) == 0 else { throw FileDamage("is one part of several") }
    self.octets = octets
    self.method = method
    self.pageSize = pageSize
    self.pageCount = announced
    self.isBigEndian = isBigEndian
    pageHead = generalFlags & 1 == 0 ? 26 : 32
    flags = field(48)
  }

  /// A number of `size` octets; 0 beyond the end.
  func number(_ offset: Int, _ size: Int = 4) -> Int {
    Self.number(octets, offset, size, bigEndian: isBigEndian) ?? 0
  }

  private static func number(_ octets: [UInt8], _ offset: Int, _ size: Int, bigEndian: Bool) -> Int? {
    guard offset >= 0, offset <= octets.count - size else { return nil }
    var number = 0
    for index in 0..<size { number = number << 8 | Int(octets[bigEndian ? offset + index : offset + size - 1 - index]) }
    return number
  }

  /// What a file is instead.
  private static func stranger(_ octets: [UInt8], isOld: Bool) -> String {
    if isOld { return "is of Berkeley DB 1, which cannot be read; make it anew with db5.3_load" }
    if octets.starts(with: "SQLite format 3\0".utf8) {
      return "is no Berkeley DB file but one of SQLite; use dsn:sqlite3"
    }
    if number(octets, 16, 4, bigEndian: false) == 0xBEEF_C0DE {
      return "is no Berkeley DB file but one of LMDB; use mdb:"
    }
    let isText = octets.prefix(512).allSatisfy { $0 >= 0x20 && $0 != 0x7F || (0x09...0x0D).contains($0) }
    return isText
      ? "is no Berkeley DB file but text; use file:, or make a database of it with db5.3_load or postmap"
      : "is no Berkeley DB file"
  }

  /// The first number of the head.
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
      if version < oldest { throw FileDamage("is of an old version of Berkeley DB; bring it up with db5.3_upgrade") }
      guard version <= newest else {
        throw FileDamage("is of a newer version of Berkeley DB than 5.3; make it anew with db5.3_load")
      }
      return method
    }
  }
}

/// A page and where it stands.
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
  /// Where rows begin on the page; in an overflow page how many octets of the value it holds.
  let offset: Int
  let level: Int

  func damage(_ what: String) -> FileDamage { FileDamage("is damaged: page \(number) \(what)") }
}

extension BerkeleyDBImage {
  func page(_ number: Int) throws(FileDamage) -> BerkeleyDBPage {
    guard number > 0, number < pageCount else { throw FileDamage("is damaged: there is no page \(number)") }
    let start = number * pageSize
    guard let kind = BerkeleyDBPage.Kind(rawValue: self.number(start + 25, 1)) else {
      throw FileDamage("is damaged: page \(number) is of no kind")
    }
    let page = BerkeleyDBPage(
      number: number, kind: kind, start: start, previous: self.number(start + 12), next: self.number(start + 16),
      entries: self.number(start + 20, 2), offset: self.number(start + 22, 2), level: self.number(start + 24, 1))
    guard self.number(start + 8) == (kind == .unused ? 0 : number) else { throw page.damage("is another") }
    return page
  }

  /// Where an item of a page begins, from the start of the page; no item reaches into the list of items.
  func item(_ index: Int, of page: BerkeleyDBPage) throws(FileDamage) -> Int {
    let itemsEnd = pageHead + 2 * page.entries
    let offset = number(page.start + pageHead + 2 * index, 2)
    guard index < page.entries, itemsEnd <= offset, offset < pageSize else { throw page.damage("has a row outside it") }
    return offset
  }
}
