extension MessageGenerator {
  mutating func body() -> [UInt8] {
    if want(.emptyBody, oneIn: 20) { return [] }
    if want(.onlyLineEnds, oneIn: 20) { return lineEnds(random.number(1...20)) }
    var body: [UInt8] = piece()
    let lines = want(.largeBody, oneIn: 25) ? random.number(1000...2000) : random.number(0...30)
    for _ in 0..<lines { body += line() + [0x0D, 0x0A] }
    if want(.trailingLineEnds, oneIn: 5) { body += lineEnds(random.number(1...5)) }
    if want(.noFinalLineEnd, oneIn: 6) {
      body += Array("end".utf8)
      if want(.noFinalLineEndAfterSpace, oneIn: 3) { body += random.pick([" ", "\t", "  \t"]).utf8 }
    } else {
      body += [0x0D, 0x0A]
    }
    return body
  }

  private func lineEnds(_ count: Int) -> [UInt8] { (0..<count).flatMap { _ in [0x0D, 0x0A] as [UInt8] } }

  private mutating func line() -> [UInt8] {
    if random.oneIn(8) { return [] }
    if want(.whiteSpaceLines, oneIn: 12) { return Array(random.pick([" ", "\t", "   \t ", "\t\t"]).utf8) }
    if want(.longLines, oneIn: 60) { return [UInt8](repeating: UInt8(ascii: "y"), count: random.number(999...9000)) }
    var line = piece()
    for _ in 0..<random.number(0...8) {
      line += random.pick([" ", " ", " ", "  ", "\t", " \t ", ""]).utf8
      line += piece()
    }
    if random.oneIn(6) { line += random.pick([" ", "\t", "  \t"]).utf8 }
    return line
  }

  private mutating func piece() -> [UInt8] {
    if want(.utf8Body, oneIn: 40) { return Array(random.pick(["grün", "日本語", "\u{A0}", "🙂"]).utf8) }
    if want(.bareCR, oneIn: 300) { return random.pick([[0x0D], [0x41, 0x0D, 0x42], [0x0D, 0x0D], [0x0D, 0x20]]) }
    if want(.nul, oneIn: 300) { return random.pick([[0], [0x41, 0, 0x42]]) }
    return Array(
      random.pick([
        "text", "a", ".", "..", ".text", "=20", "=", "-- ", "From here", ">From there", "0123456789", "\u{0B}",
        "\u{0C}",
        "DKIM-Signature: v=1", "http://example.org/?a=b&c=d", "[]", "&lt;",
      ]).utf8)
  }
}
