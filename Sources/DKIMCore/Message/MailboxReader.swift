/// Finds the first address in an address field, token by token. // RFC 5322 §3.4, §4.4
///
/// Nested comments are tracked with a counter instead of recursion, so their depth costs nothing.
struct MailboxReader {
  /// A word (an atom or a quoted string with its quotes), a domain literal, or one of `< > @ , : ; .`.
  private enum Token {
    case word(Range<Int>)
    case literal
    case special(UInt8, at: Int)
    case end
  }

  private let bytes: [UInt8]
  private var offset = 0

  init(_ bytes: Span<UInt8>) {
    self.bytes = Bytes.array(bytes)
  }

  /// Returns the local part and domain of the first address.
  mutating func firstAddress() throws(MailAddressError) -> (localPart: [UInt8], domain: [UInt8]) {
    var element = Element()
    // Invalid characters in a display name (a control character, an unbalanced parenthesis) are harmless if an address
    // in angle brackets follows.
    var fault: MailAddressError?
    while true {
      switch try next() {
      case .word(let range): element.take(word: bytes[range])
      case .literal: element.takeLiteral()
      case .special(UInt8(ascii: "<"), _): return try angleAddress()
      case .special(UInt8(ascii: "@"), _): element.takeAt()
      case .special(UInt8(ascii: "."), _): element.takeDot()
      case .special(UInt8(ascii: ":"), _): (element, fault) = (Element(), nil)
      case .special(UInt8(ascii: ","), _), .special(UInt8(ascii: ";"), _):
        if let address = try element.address() {
          if let fault { throw fault }
          return address
        }
        (element, fault) = (Element(), nil)
      case .special(let byte, let at): fault = fault ?? .unexpected(byte: byte, offset: at)
      case .end:
        if let fault { throw fault }
        guard let address = try element.address() else { throw .noAddress }
        return address
      }
    }
  }

  /// Parses what follows `<`: [obs-route] addr-spec ">". // RFC 5322 §4.4
  private mutating func angleAddress() throws(MailAddressError) -> (localPart: [UInt8], domain: [UInt8]) {
    var element = Element()
    var isEmpty = true
    while true {
      switch try next() {
      case .word(let range): element.take(word: bytes[range])
      case .literal: element.takeLiteral()
      case .special(UInt8(ascii: "@"), let at):
        guard !element.hasDomain else { throw .unexpected(byte: UInt8(ascii: "@"), offset: at) }
        element.takeAt()
      case .special(UInt8(ascii: "."), _): element.takeDot()
      // Drop the route, and the `mailto:` of the List fields.
      case .special(UInt8(ascii: ":"), _), .special(UInt8(ascii: ","), _): element = Element()
      case .special(UInt8(ascii: ">"), let at):
        if isEmpty { throw .emptyAddress }
        guard let address = try element.address() else {
          throw .unexpected(byte: UInt8(ascii: ">"), offset: at)
        }
        return address
      case .special(let byte, let at): throw .unexpected(byte: byte, offset: at)
      case .end: throw .unterminated
      }
      isEmpty = false
    }
  }

  private mutating func next() throws(MailAddressError) -> Token {
    try skipGap()
    guard offset < bytes.count else { return .end }
    let start = offset
    switch bytes[offset] {
    case UInt8(ascii: "\""):
      try skipDelimited(by: UInt8(ascii: "\""))
      return .word(start..<offset)
    case UInt8(ascii: "["):
      try skipDelimited(by: UInt8(ascii: "]"))
      return .literal
    case let byte where Self.isSpecial(byte):
      offset += 1
      return .special(byte, at: start)
    default:
      while offset < bytes.count, Self.isWordByte(bytes[offset]) { offset += 1 }
      return .word(start..<offset)
    }
  }

  /// Skips white space, line breaks and comments.
  private mutating func skipGap() throws(MailAddressError) {
    var depth = 0
    while offset < bytes.count {
      switch bytes[offset] {
      case UInt8(ascii: "("): depth += 1
      case UInt8(ascii: ")") where depth > 0: depth -= 1
      case UInt8(ascii: "\\") where depth > 0: offset += 1
      case let byte where depth == 0 && !ASCII.isFWS(byte): return
      default: break
      }
      offset += 1
    }
    if depth > 0 { throw .unterminated }
  }

  private mutating func skipDelimited(by close: UInt8) throws(MailAddressError) {
    offset += 1
    while offset < bytes.count, bytes[offset] != close {
      offset += bytes[offset] == UInt8(ascii: "\\") ? 2 : 1
    }
    guard offset < bytes.count else { throw .unterminated }
    offset += 1
  }

  private static func isSpecial(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "@"), UInt8(ascii: ","), UInt8(ascii: ":"),
      UInt8(ascii: ";"), UInt8(ascii: "."), UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "\\"):
      true
    default: byte < 0x20 || byte == 0x7F
    }
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    byte > 0x20 && !isSpecial(byte) && byte != UInt8(ascii: "(") && byte != UInt8(ascii: "\"")
      && byte != UInt8(ascii: "[")
  }
}

/// An element of an address list that is being parsed: the words since the last gap, then the domain.
private struct Element {
  private var localPart: [UInt8] = []
  private var domain: [UInt8] = []
  private(set) var hasDomain = false
  /// True if the text so far ends with a dot, so that the next word continues it.
  private var isOpen = true
  private var isLiteral = false
  /// True if words follow the domain: further text belongs to a second name.
  private var isClosed = false

  mutating func take(word: ArraySlice<UInt8>) {
    if hasDomain {
      if isOpen, !isClosed { domain += word } else { isClosed = true }
    } else {
      // In a phrase, the last run of words is the local part.
      if !isOpen { localPart = [] }
      localPart += word.filter { $0 != Bytes.cr && $0 != Bytes.lf }
    }
    isOpen = false
  }

  mutating func takeDot() {
    guard !isClosed else { return }
    if hasDomain { domain.append(UInt8(ascii: ".")) } else { localPart.append(UInt8(ascii: ".")) }
    isOpen = true
  }

  mutating func takeAt() {
    // A second "@" is part of the text after the address.
    guard !hasDomain else {
      isClosed = true
      return
    }
    hasDomain = true
    isOpen = true
  }

  mutating func takeLiteral() {
    if hasDomain, !isClosed { isLiteral = true }
  }

  func address() throws(MailAddressError) -> (localPart: [UInt8], domain: [UInt8])? {
    guard hasDomain, !localPart.isEmpty else { return nil }
    guard !isLiteral else { throw .domainLiteral }
    guard !domain.isEmpty else { return nil }
    return (localPart, domain)
  }
}
