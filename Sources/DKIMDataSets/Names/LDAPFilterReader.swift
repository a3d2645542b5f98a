internal import DKIMCore

/// Parses a filter and finds the condition that compares an attribute with the key.
struct LDAPFilterReader {
  private let bytes: [UInt8]
  private var next = 0
  private var items = 0
  /// The attribute of a condition `ATTRIBUTE=$d` that every entry must meet.
  private(set) var keyItem: String?

  init(_ text: String) { bytes = Array(text.utf8) }

  mutating func readWhole() throws(LDAPFilterError) {
    try readFilter(depth: 1, isRequired: true)
    guard next == bytes.count else { throw .trailing }
  }

  private mutating func readFilter(depth: Int, isRequired: Bool) throws(LDAPFilterError) {
    guard depth <= LDAPFilter.deepest else { throw .tooDeep }
    guard take("(") else { throw next < bytes.count ? .parenthesis : .unclosed }
    if take("&") {
      try readFilters(depth: depth, isRequired: isRequired)
    } else if take("|") {
      try readFilters(depth: depth, isRequired: false)
    } else if take("!") {
      guard next < bytes.count, bytes[next] == UInt8(ascii: "(") else { throw .negation }
      try readFilter(depth: depth + 1, isRequired: false)
    } else {
      return try readItem(isRequired: isRequired)
    }
    guard take(")") else { throw next < bytes.count ? .parenthesis : .unclosed }
  }

  private mutating func readFilters(depth: Int, isRequired: Bool) throws(LDAPFilterError) {
    while true {
      while take(" ") {}
      guard next < bytes.count, bytes[next] == UInt8(ascii: "(") else { return }
      try readFilter(depth: depth + 1, isRequired: isRequired)
    }
  }

  /// Parses `ATTRIBUTE=VALUE)`, also with `~=`, `<=`, `>=`, `:=`.
  private mutating func readItem(isRequired: Bool) throws(LDAPFilterError) {
    items += 1
    guard items <= LDAPFilter.mostItems else { throw .tooManyItems }
    guard let end = bytes[next...].firstIndex(of: UInt8(ascii: ")")) else { throw .unclosed }
    let item = bytes[next..<end]
    next = end + 1
    guard let sign = item.firstIndex(of: UInt8(ascii: "=")) else { throw .noAttribute(Self.shown(item)) }
    let left = item[..<sign]
    let value = item[(sign + 1)...]
    guard !LDAPTemplate(Self.shown(left)).holdsKey else { throw .keyAsAttribute }
    let attribute = Self.shown(left.prefix { !"~<>:".utf8.contains($0) })
    // A matching rule may precede := without an attribute.
    let isRule = left.first == UInt8(ascii: ":") && left.last == UInt8(ascii: ":")
    guard isRule || LDAPAttribute.isName(attribute), left.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x28 }) else {
      throw .noAttribute(Self.shown(item))
    }
    try check(value)
    if isRequired, attribute.utf8.count == left.count, value.elementsEqual("$d".utf8) { keyItem = attribute }
  }

  private func check(_ value: ArraySlice<UInt8>) throws(LDAPFilterError) {
    guard !value.contains(UInt8(ascii: "(")) else { throw .parenthesis }
    var rest = value
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\") else { continue }
      guard rest.count >= 2, rest.prefix(2).allSatisfy({ ASCII.hexValue($0) != nil }) else { throw .backslash }
      rest.removeFirst(2)
    }
  }

  private mutating func take(_ sign: Unicode.Scalar) -> Bool {
    guard next < bytes.count, bytes[next] == UInt8(ascii: sign) else { return false }
    next += 1
    return true
  }

  private static func shown(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
}
