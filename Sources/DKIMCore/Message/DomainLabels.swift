/// The grammar of domain names, shared by ``DomainName`` and ``Selector``.
enum DomainLabels {
  static let maximumLabelLength = 63

  /// Returns the name as text, and in the form used for comparisons and lookups.
  static func parse(_ bytes: Span<UInt8>) throws(DomainNameError) -> (text: String, asciiForm: String) {
    guard !bytes.isEmpty else { throw .empty }
    // A character has at most four bytes: anything longer cannot be a name, however it is spelled.
    guard bytes.count <= 4 * DomainName.maximumLength else { throw .tooLong(length: bytes.count) }
    var ascii = true
    var upper = false
    var start = 0
    for i in bytes.indices {
      switch bytes[i] {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
        UInt8(ascii: "_"):
        break
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): upper = true
      case 0x80...: ascii = false
      case UInt8(ascii: "."):
        try checkLabel(bytes.extracting(start..<i), at: start)
        start = i + 1
      case let byte: throw .unexpected(byte: byte, offset: i)
      }
    }
    try checkLabel(bytes.extracting(start..<bytes.count), at: start)
    guard let text = Bytes.string(bytes) else { throw .notUTF8 }
    let asciiForm = ascii ? (upper ? text.lowercased() : text) : try toALabels(text)
    try checkLengths(asciiForm)
    return (text, asciiForm)
  }

  private static func checkLabel(_ label: Span<UInt8>, at offset: Int) throws(DomainNameError) {
    guard !label.isEmpty else { throw .emptyLabel(offset: offset) }
    let hyphen = UInt8(ascii: "-")
    if label[0] == hyphen || label[label.count - 1] == hyphen {
      throw .hyphenAtEnd(label: Bytes.lossyString(label))
    }
  }

  private static func checkLengths(_ name: String) throws(DomainNameError) {
    guard name.utf8.count <= DomainName.maximumLength else { throw .tooLong(length: name.utf8.count) }
    var length = 0
    for byte in name.utf8 {
      length = byte == UInt8(ascii: ".") ? 0 : length + 1
      if length > maximumLabelLength {
        let label = name.split(separator: ".").first { $0.utf8.count > maximumLabelLength }
        throw .labelTooLong(label: label.map(String.init) ?? name)
      }
    }
  }

  /// Converts each label with non-ASCII characters to `xn--` and its Punycode. // RFC 8616 §4, RFC 5890 §2.3.2.1
  private static func toALabels(_ name: String) throws(DomainNameError) -> String {
    var labels: [String] = []
    // Split by Unicode scalars: a combining mark after a dot forms one character with it and would hide the dot.
    for written in name.unicodeScalars.split(separator: ".", omittingEmptySubsequences: false) {
      let label = String(written).lowercased()
      if written.allSatisfy(\.isASCII) {
        labels.append(label)
        continue
      }
      let scalars = Array(label.unicodeScalars)
      guard ULabel.hasAllowedCharacters(scalars), let encoded = Punycode.encode(scalars) else {
        throw .badULabel(label: label)
      }
      let asciiForm = "xn--" + encoded
      guard asciiForm.utf8.count <= maximumLabelLength else { throw .labelTooLong(label: asciiForm) }
      guard ULabel.isNormalized(scalars) else { throw .notNormalized(label: label) }
      labels.append(asciiForm)
    }
    return labels.joined(separator: ".")
  }
}

/// The ASCII encoding of U-labels. // RFC 3492 §6.3
enum Punycode {
  /// Encodes a label. Returns `nil` if it is so long that the arithmetic would overflow.
  static func encode(_ input: [Unicode.Scalar]) -> String? {
    let basic = input.filter(\.isASCII)
    var output = String(String.UnicodeScalarView(basic))
    if !basic.isEmpty { output += "-" }
    var n: UInt32 = 128
    var delta: UInt32 = 0
    var bias: UInt32 = 72
    var handled = UInt32(basic.count)
    let basicCount = handled
    while handled < input.count {
      guard let next = input.lazy.map(\.value).filter({ $0 >= n }).min() else { return nil }
      let (step, overflow) = (next - n).multipliedReportingOverflow(by: handled + 1)
      if overflow || delta > UInt32.max - step { return nil }
      delta += step
      n = next
      for scalar in input {
        if scalar.value < n { delta += 1 }
        guard scalar.value == n else { continue }
        appendVariableLength(delta, bias: bias, to: &output)
        bias = adapt(delta, count: handled + 1, first: handled == basicCount)
        delta = 0
        handled += 1
      }
      delta += 1
      n += 1
    }
    return output
  }

  private static func appendVariableLength(_ value: UInt32, bias: UInt32, to output: inout String) {
    var q = value
    var k: UInt32 = 36
    while true {
      let threshold: UInt32 = k <= bias ? 1 : min(k - bias, 26)
      if q < threshold { break }
      output.unicodeScalars.append(digit(threshold + (q - threshold) % (36 - threshold)))
      q = (q - threshold) / (36 - threshold)
      k += 36
    }
    output.unicodeScalars.append(digit(q))
  }

  private static func digit(_ value: UInt32) -> Unicode.Scalar {
    Unicode.Scalar(UInt8(value < 26 ? value + 97 : value - 26 + 48))
  }

  private static func adapt(_ delta: UInt32, count: UInt32, first: Bool) -> UInt32 {
    var delta = first ? delta / 700 : delta / 2
    delta += delta / count
    var k: UInt32 = 0
    while delta > 455 {
      delta /= 35
      k += 36
    }
    return k + 36 * delta / (delta + 38)
  }
}
