/// A string that is compared byte by byte, as stores compare keys. `String` treats the two Unicode spellings of é as
/// equal, but a store may have only one of them.
struct ByteKey: Sendable, Hashable {
  let text: String

  init(_ text: String) {
    var text = text
    text.makeContiguousUTF8()
    self.text = text
  }

  static func == (one: ByteKey, other: ByteKey) -> Bool { one.text.utf8.elementsEqual(other.text.utf8) }

  func hash(into hasher: inout Hasher) {
    let isHashed: Void? = unsafe text.utf8.withContiguousStorageIfAvailable { octets in
      unsafe hasher.combine(bytes: UnsafeRawBufferPointer(octets))
    }
    if isHashed == nil { for octet in text.utf8 { hasher.combine(octet) } }
  }
}

extension ByteKey: Comparable {
  static func < (one: ByteKey, other: ByteKey) -> Bool { one.text.utf8.lexicographicallyPrecedes(other.text.utf8) }
}
