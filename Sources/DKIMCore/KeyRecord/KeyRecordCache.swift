import Synchronization

/// Remembers parsed key records by their octets: reading a key costs more than verifying with it.
///
/// Whether a record is still published is not asked here; that is the key source's work.
final class KeyRecordCache: Sendable {
  typealias Parsed = Result<KeyRecord, KeyRecordError>

  private struct State {
    /// Looked at first, then moved over to from `old`.
    var young: [Key: Parsed] = [:]
    /// What `young` was before it was full; what is not asked for again goes with it.
    var old: [Key: Parsed] = [:]
  }

  /// Octets that are hashed in one piece; an array would hash them one by one.
  private struct Key: Hashable {
    let octets: [UInt8]

    func hash(into hasher: inout Hasher) {
      unsafe octets.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
    }
  }

  private let half: Int
  private let state = Mutex(State())

  /// - Parameter capacity: how many records are kept at most.
  init(capacity: Int = 512) {
    half = max(capacity / 2, 1)
  }

  func record(_ octets: [UInt8]) -> Parsed {
    let key = Key(octets: octets)
    if let known = state.withLock({ find(key, in: &$0) }) { return known }
    let parsed: Parsed
    do { parsed = .success(try KeyRecord(octets)) } catch { parsed = .failure(error) }
    // Junk is not worth a place.
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
