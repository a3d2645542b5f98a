@testable import DKIMCore

/// Compares both header canonicalizers with the naive ones, for single fields and for the whole header.
///
/// The first byte specifies how often the rest is repeated, so that the buffer before the hash fills up.
enum HeaderCanonicalizationTarget {
  private static let longest = 6_000

  static func run(_ input: [UInt8]) {
    guard let times = input.first else { return }
    let rest = input.dropFirst()
    var message: [UInt8] = []
    for _ in 0...(times & 127) where message.count + rest.count <= longest || message.isEmpty { message += rest }
    let header = ParsedMessage(message, limits: .init(bytes: .max, fields: .max)).header
    for algorithm in CanonicalizationAlgorithm.allCases {
      checkWhole(header, algorithm)
      for field in header.fields.prefix(8) where field.nameEnd > field.start { checkOne(header, field, algorithm) }
    }
  }

  /// Hashes all fields, and the last one again as the signature field.
  private static func checkWhole(_ header: MessageHeader, _ algorithm: CanonicalizationAlgorithm) {
    let hash = HeaderHash(algorithm)
    var canonical: [UInt8] = []
    var last: MessageHeader.Extent?
    for (i, field) in header.fields.enumerated() where field.nameEnd > field.start {
      hash.append(field: i, of: header)
      canonical += naive(header, field, algorithm) + [0x0D, 0x0A]
      last = field
    }
    guard let last else { return }
    canonical += naive(header, last, algorithm)
    require(finish(hash, header, last) == digest(canonical), "\(algorithm): the hash of the header differs")
  }

  private static func checkOne(
    _ header: MessageHeader, _ field: MessageHeader.Extent, _ algorithm: CanonicalizationAlgorithm
  ) {
    let expected = naive(header, field, algorithm)
    let found = finish(HeaderHash(algorithm), header, field)
    require(found == digest(expected), "\(algorithm): the canonical form is not \(expected)")
    require(Naive.field(expected, algorithm) == expected, "\(algorithm): canonicalizing twice changes the form")
  }

  private static func finish(
    _ hash: HeaderHash, _ header: MessageHeader, _ field: MessageHeader.Extent
  ) -> [UInt8] {
    hash.finish(
      signatureField: Array(header.bytes[field.start..<field.end]), nameEnd: field.nameEnd - field.start,
      valueStart: field.valueStart - field.start)
  }

  private static func naive(
    _ header: MessageHeader, _ field: MessageHeader.Extent, _ algorithm: CanonicalizationAlgorithm
  ) -> [UInt8] {
    guard let form = Naive.field(Array(header.bytes[field.start..<field.end]), algorithm) else {
      fail("only one implementation accepts the field")
    }
    return form
  }

  private static func digest(_ bytes: [UInt8]) -> [UInt8] {
    var digest = Digest()
    digest.update(bytes.span)
    return digest.finalize()
  }
}
