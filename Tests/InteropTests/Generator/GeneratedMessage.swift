import TestSupport

/// A message that combines many unusual shapes.
struct GeneratedMessage: Sendable {
  var bytes: [UInt8]
  /// The field names as written, from the top.
  var names: [String]
  var shapes: Set<Shape>
}

/// A generator of messages without the `avoided` shapes.
struct MessageGenerator {
  var random: SeededGenerator
  let avoided: Set<Shape>
  private(set) var shapes: Set<Shape> = []

  init(_ random: SeededGenerator, avoiding avoided: Set<Shape>) {
    self.random = random
    self.avoided = avoided
  }

  /// Returns true in one of `n` cases if the shape is allowed; then the message has it.
  mutating func want(_ shape: Shape, oneIn n: Int) -> Bool {
    // The random number is always drawn, so that avoiding a shape changes as little as possible.
    let drawn = random.oneIn(n)
    guard drawn, !avoided.contains(shape) else { return false }
    shapes.insert(shape)
    return true
  }

  mutating func message() -> GeneratedMessage {
    shapes = []
    var names: [String] = []
    var bytes: [UInt8] = []
    for name in fieldNames() {
      let name = cased(name)
      names.append(name)
      bytes += field(name)
    }
    if !want(.noBody, oneIn: 30) { bytes += [0x0D, 0x0A] + body() }
    return GeneratedMessage(bytes: bytes, names: names, shapes: shapes)
  }
}
