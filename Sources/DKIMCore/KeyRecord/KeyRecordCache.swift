import Synchronization

/// A cache of parsed key records, because parsing a key costs more than verifying a signature with it.
///
/// The cache does not check whether a record is still published; that is up to the key source.
final class KeyRecordCache: Sendable {
  typealias Parsed = Result<KeyRecord, KeyRecordError>

  private struct State {
    /// Searched first; records found in `old` are moved here.
    var young: [Key: Parsed] = [:]
    /// The previous contents of `young`; records that are not requested again are discarded with it.
    var old: [Key: Parsed] = [:]
  }

  /// The bytes of a record, hashed in one piece; an array would hash them one by one.
  private struct Key: Hashable {
    let octets: [UInt8]

    func hash(into hasher: inout Hasher) {
      unsafe octets.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
    }
  }

  private let half: Int
  private let state = Mutex(State())

  /// - Parameter capacity: the maximum number of records to keep.
  init(capacity: Int = 512) {
    half = max(capacity / 2, 1)
  }

  func record(_ octets: [UInt8]) -> Parsed {
    let key = Key(octets: octets)
    if let known = state.withLock({ find(key, in: &$0) }) { return known }
    let parsed: Parsed
    do { parsed = .success(try KeyRecord(octets)) } catch { parsed = .failure(error) }
    // Invalid records are not worth caching.
    if case .success = parsed { state.withLock { insert(key, parsed, into: &$0) } }
    return parsed
  }

  private func find(_ key: Key, in state: inout State) -> Parsed? {
    if let known = state.young[key] { return known }
    guard let known = state.old[key] else { return nil }
    insert(key, known, into: &state)
    return known
  }

  private func insert(_ key: Key, _ parsed: Parsed, into state: inout State) {
    if state.young.count >= half {
      state.old = state.young
      state.young.removeAll(keepingCapacity: true)
    }
    state.young[key] = parsed
  }
}
