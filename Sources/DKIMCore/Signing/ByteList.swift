/// A list of byte strings in a single allocation.
struct ByteList: Sendable {
  private var bytes: [UInt8] = []
  private var ends: [Int] = []

  var count: Int { ends.count }
  /// The number of bytes of all elements together.
  var byteCount: Int { bytes.count }

  mutating func reserveCapacity(bytes size: Int, elements: Int) {
    bytes.reserveCapacity(size)
    ends.reserveCapacity(elements)
  }

  mutating func append(_ element: Span<UInt8>) {
    Bytes.append(element, to: &bytes)
    ends.append(bytes.count)
  }

  subscript(_ number: Int) -> ArraySlice<UInt8> {
    bytes[(number == 0 ? 0 : ends[number - 1])..<ends[number]]
  }
}
