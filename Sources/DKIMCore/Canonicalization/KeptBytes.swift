/// The first bytes of the data that goes into a hash, for callers that need to inspect what was hashed.
struct KeptBytes: Sendable {
  private(set) var bytes: [UInt8] = []
  /// True if there was more data than the limit allows.
  private(set) var isCut = false
  private let limit: Int

  /// - Parameter limit: the maximum number of bytes to keep.
  init(limit: Int) {
    self.limit = max(limit, 0)
  }

  mutating func append(_ more: RawSpan) {
    let room = limit - bytes.count
    if more.byteCount > room { isCut = true }
    unsafe more.withUnsafeBytes { unsafe bytes.append(contentsOf: $0.prefix(room)) }
  }
}
