@testable import DKIMCore

/// Compares the tag list with a reader that unfolds, splits and trims, and base64 and quoted-printable with their
/// encoders.
enum TagListTarget {
  static func run(_ input: [UInt8]) {
    let expected = reference(input)
    do {
      let list = try TagList(input.span)
      checkRanges(list, input)
      let found = list.tags.map { Tag(name: Array(input[$0.name]), value: Naive.unfolded(Array(input[$0.value]))) }
      require(found == expected, "the reference parses \(String(describing: expected)), the list \(found)")
      for name: StaticString in ["v", "b", "bh", "p"] {
        let wanted = Array(name.description.utf8)
        let location = expected?.firstIndex { $0.name == wanted }
        require(
          list.tag(name, in: input.span)?.name == location.map { list.tags[$0].name },
          "\(name)= is found at another position")
      }
    } catch {
      require(expected == nil, "rejected, although the reference accepts it: \(error)")
      requirePrintable("\(error)")
    }
    checkBase64(input)
    checkQuotedPrintable(input)
  }

  struct Tag: Hashable {
    let name: [UInt8]
    let value: [UInt8]
  }

  /// Parses a tag list; `nil` if the bytes are not one. // RFC 6376 §3.2
  private static func reference(_ input: [UInt8]) -> [Tag]? {
    let bytes = Naive.unfolded(input)
    var specs = bytes.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
    if specs.count > 1, let last = specs.last, last.allSatisfy(Naive.isWSP) { specs.removeLast() }
    var tags: [Tag] = []
    for spec in specs {
      guard let equals = spec.firstIndex(of: UInt8(ascii: "=")) else { return nil }
      let name = trimmed(spec[..<equals])
      let value = trimmed(spec[(equals + 1)...])
      guard let first = name.first, isLetter(first), name.allSatisfy({ isLetter($0) || isDigit($0) || $0 == 0x5F }),
        value.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 })
      else { return nil }
      tags.append(Tag(name: name, value: value))
    }
    return Set(tags.map(\.name)).count == tags.count ? tags : nil
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) && byte < 0x80 }
  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  private static func trimmed(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var bytes = bytes.drop(while: Naive.isWSP)
    while let last = bytes.last, Naive.isWSP(last) { bytes.removeLast() }
    return Array(bytes)
  }

  /// Checks that tags follow one another, with `=` before a value and `;` after it.
  private static func checkRanges(_ list: TagList, _ input: [UInt8]) {
    var end = -1
    for tag in list.tags {
      require(end < 0 || input[end] == UInt8(ascii: ";"), "no semicolon before a tag")
      require(tag.name.lowerBound > end && tag.name.upperBound < tag.wholeValue.lowerBound, "a name out of place")
      require(input[tag.wholeValue.lowerBound - 1] == UInt8(ascii: "="), "no equals sign before a value")
      require(tag.wholeValue.upperBound <= input.count, "a value beyond the end")
      require(
        tag.value.lowerBound >= tag.wholeValue.lowerBound && tag.value.upperBound <= tag.wholeValue.upperBound,
        "a value outside of its whole value")
      end = tag.wholeValue.upperBound
    }
  }

  private static func checkBase64(_ input: [UInt8]) {
    require(Base64.decode(Base64.encodedBytes(input).span) == input, "bytes differ after encoding and decoding base64")
    let text = input.filter { !Naive.isWSP($0) && $0 != 0x0D && $0 != 0x0A }
    let digits = Array(text.prefix { $0 != UInt8(ascii: "=") })
    let padding = text.dropFirst(digits.count)
    let isWhole = digits.count % 4 != 1 && (padding.isEmpty || (digits.count + padding.count) % 4 == 0)
    let isBase64 =
      isWhole && padding.count < 3 && padding.allSatisfy { $0 == UInt8(ascii: "=") } && digits.allSatisfy(isDigit64)
    let decoded = Base64.decode(input.span)
    require(isBase64 == (decoded != nil), "base64: \(isBase64), decoded: \(decoded != nil)")
    guard let decoded else { return }
    // The unused bits of the last digit are ignored.
    let again = Base64.encodedBytes(decoded).filter { $0 != UInt8(ascii: "=") }
    require(again.count == digits.count && again.dropLast() == digits.dropLast(), "base64 decodes other digits")
  }

  private static func isDigit64(_ byte: UInt8) -> Bool {
    isLetter(byte) || isDigit(byte) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "/")
  }

  private static func checkQuotedPrintable(_ input: [UInt8]) {
    let encoded = QuotedPrintable.encode(input)
    require(encoded.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ";") }, "an unsafe byte is not encoded")
    let (bytes, bad) = QuotedPrintable.decode(encoded.span)
    require(bad == nil && bytes == input, "bytes differ after encoding and decoding quoted-printable")
    let (plain, badAt) = QuotedPrintable.decode(input.span)
    require(plain.count <= input.count, "quoted-printable grows")
    if let badAt { require(input[badAt] == UInt8(ascii: "="), "the error is not at an equals sign") }
  }
}
