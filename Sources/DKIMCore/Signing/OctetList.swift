/// A list of byte strings in a single allocation.
struct OctetList: Sendable {
  private var octets: [UInt8] = []
  private var ends: [Int] = []

  var count: Int { ends.count }
  /// The number of bytes of all elements together.
  var octetCount: Int { octets.count }

  mutating func reserveCapacity(octets size: Int, elements: Int) {
    octets.reserveCapacity(size)
    ends.reserveCapacity(elements)
  }

  mutating func append(_ element: Span<UInt8>) {
    Octets.append(element, to: &octets)
    ends.append(octets.count)
  }

  subscript(_ number: Int) -> ArraySlice<UInt8> {
    octets[(number == 0 ? 0 : ends[number - 1])..<ends[number]]
  }
}
