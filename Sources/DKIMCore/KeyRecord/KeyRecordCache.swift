import Synchronization

/// A cache of parsed key records, because parsing a key costs more than verifying a signature with it.
///
/// The cache does not check whether a record is still published; that is up to the key source.
final class KeyRecordCache: Sendable {
  typealias Parsed = Result<KeyRecord, KeyRecordError>

  /// The bytes of a record, hashed in one piece; an array would hash them one by one.
  private struct Key: Hashable, Sendable {
    let bytes: [UInt8]

    func hash(into hasher: inout Hasher) {
      unsafe bytes.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
    }
  }

  private let records: Mutex<BoundedCache<Key, KeyRecord>>

  /// - Parameter capacity: the maximum number of records to keep.
  init(capacity: Int = 512) {
    records = Mutex(BoundedCache(capacity: max(capacity, 1)))
  }

  func record(_ bytes: [UInt8]) -> Parsed {
    let key = Key(bytes: bytes)
    if let known = records.withLock({ $0.use(key) }) { return .success(known) }
    do throws(KeyRecordError) {
      let record = try KeyRecord(bytes)
      records.withLock { $0.store(record, for: key) }
      return .success(record)
    } catch {
      // Invalid records are not worth caching.
      return .failure(error)
    }
  }
}
