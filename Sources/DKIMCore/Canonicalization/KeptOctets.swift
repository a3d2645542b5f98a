/// The first octets of what goes into a hash, for those who want to see what was hashed.
struct KeptOctets: Sendable {
  private(set) var octets: [UInt8] = []
  /// True where there were more than the limit.
  private(set) var isCut = false
  private let limit: Int

  /// - Parameter limit: octets that are kept at most.
  init(limit: Int) {
    self.limit = max(limit, 0)
  }

  mutating func append(_ more: RawSpan) {
    let room = limit - octets.count
    if more.byteCount > room { isCut = true }
    unsafe more.withUnsafeBytes { unsafe octets.append(contentsOf: $0.prefix(room)) }
  }
}
