import Testing

@testable import DKIMCore

@Suite
struct ASCIITests {
  @Test
  func `the classes contain the bytes of RFC 5234 and no others`() {
    let bytes = UInt8.min...UInt8.max
    func text(_ isMember: (UInt8) -> Bool) -> String { String(decoding: bytes.filter(isMember), as: UTF8.self) }
    #expect(text(ASCII.isDigit) == "0123456789")
    #expect(text(ASCII.isLetter) == "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
    #expect(text(ASCII.isAlphanumeric) == text { ASCII.isDigit($0) || ASCII.isLetter($0) })
    #expect(text(ASCII.isWSP) == "\t ")
    #expect(text(ASCII.isFWS) == "\t\n\r ")
    #expect(text { ASCII.hexValue($0) != nil } == "0123456789ABCDEFabcdef")
    #expect(text { ASCII.lowercased($0) != $0 } == "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
  }

  @Test
  func `hexadecimal digits are written and read`() {
    for byte in UInt8.min...UInt8.max {
      let digits = Array(ASCII.hexDigits(byte).utf8)
      #expect(digits.count == 2)
      #expect(digits.compactMap(ASCII.hexValue).reduce(0) { $0 << 4 | $1 } == byte)
      #expect(ASCII.hexDigits(byte).uppercased().utf8.compactMap(ASCII.hexValue).reduce(0) { $0 << 4 | $1 } == byte)
    }
  }

  @Test(arguments: [
    ("1", 1), ("65535", 65_535), ("025", 25), ("0", nil), ("65536", nil), ("+25", nil), ("-1", nil), ("", nil),
    (" 1", nil),
    ("1 ", nil), ("0x19", nil), ("٣", nil), ("9999999999999999999", nil), ("18446744073709551617", nil),
  ])
  func `a port is a number from 1 to 65535, without a sign`(text: String, port: Int?) {
    #expect(ASCII.port(text) == port)
  }
}
