@testable import DKIMCore

/// Parsing a key record gives the same result each time, and for each way to write the same tags.
enum KeyRecordTarget {
  static func run(_ input: [UInt8]) {
    let first = outcome(input)
    require(first == outcome(input), "the second parsing differs")
    let cache = KeyRecordCache(capacity: 2)
    require(outcome(cache.record(input)) == first && outcome(cache.record(input)) == first, "the cache differs")
    switch first {
    case .failure(let error):
      requirePrintable("\(error)")
    case .success(let facts):
      check(facts)
      guard let respelled = respelled(input) else { return }
      require(outcome(respelled) == first, "an added tag or space changes the record")
    }
  }

  /// The contents of a record.
  struct Facts: Hashable {
    let keyType: KeyType
    let hashAlgorithms: [String]?
    let services: [String]?
    let flags: [String]
    let notes: String?
    let keyBits: Int

    init(_ record: KeyRecord) {
      keyType = record.keyType
      hashAlgorithms = record.hashAlgorithms
      services = record.services
      flags = record.flags
      notes = record.notes
      keyBits = record.keyBits
    }
  }

  private static func outcome(_ input: [UInt8]) -> Result<Facts, KeyRecordError> {
    do { return .success(Facts(try KeyRecord(input))) } catch { return .failure(error) }
  }

  private static func outcome(_ parsed: KeyRecordCache.Parsed) -> Result<Facts, KeyRecordError> {
    parsed.map(Facts.init)
  }

  private static func check(_ facts: Facts) {
    switch facts.keyType {
    case .ed25519: require(facts.keyBits == 256, "an Ed25519 key of \(facts.keyBits) bits")
    case .rsa: require((1...8192).contains(facts.keyBits), "an RSA key of \(facts.keyBits) bits")
    }
    for word in facts.flags + (facts.services ?? []) + (facts.hashAlgorithms ?? []) {
      require(!word.isEmpty && word.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }, "an invalid word: \(word)")
      require(word == word.lowercased() && !word.contains(":"), "a word that is not normalized: \(word)")
    }
    require(facts.hashAlgorithms != [] && facts.services != [], "an empty list that is not absent")
  }

  /// Adds white space at the beginning and an unknown tag at the end; `nil` if the record would be too long.
  private static func respelled(_ input: [UInt8]) -> [UInt8]? {
    let name = Array("nobodyknows".utf8)
    guard let list = try? TagList(input.span), !list.tags.contains(where: { input[$0.name].elementsEqual(name) })
    else { return nil }
    var bytes = Array(" \t".utf8) + input
    while let last = bytes.last, ASCII.isFWS(last) { bytes.removeLast() }
    if bytes.last != UInt8(ascii: ";") { bytes.append(UInt8(ascii: ";")) }
    bytes += Array("\r\n ".utf8) + name + Array(" = y".utf8)
    return bytes.count <= KeyRecordParser.maximumLength ? bytes : nil
  }
}
