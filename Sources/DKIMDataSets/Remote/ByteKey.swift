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
    let isHashed: Void? = unsafe text.utf8.withContiguousStorageIfAvailable { bytes in
      unsafe hasher.combine(bytes: UnsafeRawBufferPointer(bytes))
    }
    if isHashed == nil { for byte in text.utf8 { hasher.combine(byte) } }
  }
}

extension ByteKey: Comparable {
  static func < (one: ByteKey, other: ByteKey) -> Bool { one.text.utf8.lexicographicallyPrecedes(other.text.utf8) }
}
