/// An index of patterns by their literal prefix and suffix, so that a lookup among thousands of patterns tries only
/// those whose ends match.
struct AffixIndex: Sendable {
  private var suffixes = ByteIndex()
  private var suffixTexts: [[UInt8]] = []
  /// For each suffix, the lengths of the prefixes that occur with it.
  private var prefixLengths: [[Int]] = []
  /// The lengths of the suffixes that occur, shortest first.
  private var suffixLengths: [Int] = []

  private var groups = ByteIndex()
  private var groupKeys: [(suffix: Int, prefix: [UInt8])] = []
  private var members: [[UInt32]] = []

  mutating func insert(_ number: Int, prefix: [UInt8], suffix: [UInt8]) {
    let suffixNumber = self.number(ofSuffix: suffix)
    let hash = Self.hash(ByteHash.of(prefix), suffixNumber)
    if let group = groups.first(
      hash, where: { groupKeys[$0].suffix == suffixNumber && groupKeys[$0].prefix == prefix })
    {
      members[group].append(UInt32(number))
      return
    }
    groups.append(hash)
    groupKeys.append((suffixNumber, prefix))
    members.append([UInt32(number)])
    Self.insert(prefix.count, into: &prefixLengths[suffixNumber])
  }

  private mutating func number(ofSuffix suffix: [UInt8]) -> Int {
    let hash = ByteHash.of(suffix.reversed())
    if let number = suffixes.first(hash, where: { suffixTexts[$0] == suffix }) { return number }
    suffixTexts.append(suffix)
    prefixLengths.append([])
    Self.insert(suffix.count, into: &suffixLengths)
    return suffixes.append(hash)
  }

  private static func insert(_ length: Int, into lengths: inout [Int]) {
    let location = lengths.firstIndex { $0 >= length } ?? lengths.count
    if location == lengths.count || lengths[location] != length { lengths.insert(length, at: location) }
  }

  /// Returns the numbers whose prefix and suffix the text has, without overlap; in no particular order.
  func candidates(_ text: [UInt8]) -> [UInt32] {
    var found: [UInt32] = []
    var hash = ByteHash()
    var taken = 0
    for length in suffixLengths where length <= text.count {
      while taken < length {
        taken += 1
        hash.add(text[text.count - taken])
      }
      let suffix = suffixes.first(hash.value) { text[(text.count - length)...].elementsEqual(suffixTexts[$0]) }
      if let suffix { add(text, suffix, room: text.count - length, to: &found) }
    }
    return found
  }

  private func add(_ text: [UInt8], _ suffix: Int, room: Int, to found: inout [UInt32]) {
    var hash = ByteHash()
    var taken = 0
    for length in prefixLengths[suffix] where length <= room {
      while taken < length {
        hash.add(text[taken])
        taken += 1
      }
      let group = groups.first(Self.hash(hash.value, suffix)) {
        groupKeys[$0].suffix == suffix && text[..<length].elementsEqual(groupKeys[$0].prefix)
      }
      if let group { found += members[group] }
    }
  }

  private static func hash(_ prefix: UInt64, _ suffix: Int) -> UInt64 {
    let mixed = (prefix ^ (UInt64(suffix) &* 0x9E37_79B9_7F4A_7C15)) &* 0xBF58_476D_1CE4_E5B9
    return mixed ^ (mixed >> 31)
  }
}
