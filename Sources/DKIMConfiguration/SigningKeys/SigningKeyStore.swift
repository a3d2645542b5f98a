package import DKIMCore
internal import Dispatch
internal import Glibc
internal import Synchronization
internal import SystemPackage
internal import SystemSupport

/// A cache of private keys. A key is read and checked once, and again when its file changes.
///
/// A key that was read stays in use if its file is later deleted, damaged or made readable by others, so that mail does
/// not leave unsigned. The problem is reported once per change. The store can be used from any thread. Each file is
/// checked at most about once per second, by one thread at a time.
package final class SigningKeyStore: Sendable {
  package struct Options: Sendable, Hashable {
    /// `RequireSafeKeys`
    package var requireSafeKeys = true
    /// `MinimumKeyBits`, for RSA keys.
    package var minimumKeyBits = VerificationPolicy.standard.minimumRSABits
    /// The user who will sign. It may differ from the user who reads the keys.
    package var user: KeyUser
    /// The maximum number of keys in the cache. The least recently used keys are dropped first, and preloaded keys
    /// never.
    package var maximumKeys = 10_000
    /// The size limit of key files, in bytes.
    package var maximumFileSize = 1 << 20
    /// The shortest time between two checks of a file, in milliseconds.
    package var checkInterval = 1000

    package init(user: KeyUser = .current) {
      self.user = user
    }
  }

  /// A change of a key file.
  package enum Event: Sendable, Hashable {
    /// The file has become unusable; the loaded key stays in use.
    case kept(path: String, SigningKeyStoreError)
    /// The file has changed, and its new key is in use.
    case replaced(path: String)
    /// Other users can read or replace the key, and `RequireSafeKeys` is off.
    case unsafe(path: String, why: String, fix: String)
  }

  package let options: Options
  private let report: @Sendable (Event) -> Void
  private let state: Mutex<SigningKeyTable>
  /// Keys from earlier stores, for files that can no longer be read.
  private let inherited: [KeyLocation: LoadedKey]
  private let groups: KeySafety.Groups
  /// Reads files for callers that must not block.
  private let fileQueue = DispatchQueue(label: "key files")

  /// - Parameters:
  ///   - old: the store of the previous configuration. Its keys are used if a file has not changed, or can no longer be
  ///     read for lack of permission.
  ///   - report: called by the thread that checked the file, while no lock is held.
  package convenience init(
    _ options: Options = Options(), following old: SigningKeyStore? = nil,
    report: @escaping @Sendable (Event) -> Void = { _ in }
  ) {
    self.init(options, following: old, groups: KeyGroup.find, report: report)
  }

  init(
    _ options: Options, following old: SigningKeyStore? = nil, groups: @escaping KeySafety.Groups,
    report: @escaping @Sendable (Event) -> Void = { _ in }
  ) {
    self.options = options
    self.groups = groups
    self.report = report
    state = Mutex(SigningKeyTable(capacity: options.maximumKeys))
    inherited = old.map { $0.keysToInherit(atMost: options.maximumKeys) } ?? [:]
  }

  /// The keys in use, and keys from earlier stores that were not used since, because a file that only root could read
  /// cannot be read again. If there are too many, keys in use take precedence.
  private func keysToInherit(atMost limit: Int) -> [KeyLocation: LoadedKey] {
    let used = state.withLock { $0.loadedKeys }
    let unused = inherited.filter { used[$0.key] == nil }.prefix(max(0, limit - used.count))
    return used.merging(unused.map { ($0.key, $0.value) }) { used, _ in used }
  }

  /// Returns the key at a location; may block while a file is read.
  package func key(at location: KeyLocation) throws(SigningKeyStoreError) -> SigningKey {
    try key(at: location, isPinned: false)
  }

  /// Returns the key at a location, for callers on event loops: if the file or the accounts must be checked, a thread
  /// of the store does it.
  package func loadKey(at location: KeyLocation) async throws(SigningKeyStoreError) -> SigningKey {
    switch find(location) {
    case .use(let key): return key
    case .refuse(let error): throw error
    case .check(let entry):
      // Task-local values, here whether a command reads the files, are not available on the other thread.
      let isCommand = FileRights.isCommand
      let result = await withCheckedContinuation { continuation in
        fileQueue.async { [self] in
          let result = FileRights.$isCommand.withValue(isCommand) {
            Result { () throws(SigningKeyStoreError) in
              // Another caller may have read the key in the meantime.
              if entry == nil { return try key(at: location) }
              return try checkAndLoad(at: location, entry, now: MonotonicClock.milliseconds, isPinned: false)
            }
          }
          continuation.resume(returning: result)
        }
      }
      return try result.get()
    }
  }

  /// The result of reading keys in advance.
  package struct Preloaded: Sendable {
    package var loaded = 0
    package var failures: [(location: KeyLocation, error: SigningKeyStoreError)] = []
    /// The number of keys that were not read because of the limit.
    package var skipped = 0
  }

  /// Reads keys before they are needed, such as files that only the superuser can read.
  ///
  /// These keys are never dropped from the cache. At most `maximumKeys` are read, even if `limit` is higher.
  package func preload(_ locations: some Sequence<KeyLocation>, limit: Int = .max) -> Preloaded {
    var result = Preloaded()
    for location in Set(locations) {
      guard result.loaded < min(limit, options.maximumKeys) else {
        result.skipped += 1
        continue
      }
      do throws(SigningKeyStoreError) {
        _ = try key(at: location, isPinned: true)
        result.loaded += 1
      } catch {
        result.failures.append((location, error))
      }
    }
    return result
  }

  private func key(at location: KeyLocation, isPinned: Bool) throws(SigningKeyStoreError) -> SigningKey {
    switch find(location, isPinned: isPinned) {
    case .use(let key): return key
    case .refuse(let error): throw error
    case .check(let entry):
      return try checkAndLoad(at: location, entry, now: MonotonicClock.milliseconds, isPinned: isPinned)
    }
  }

  private func find(_ location: KeyLocation, isPinned: Bool = false) -> SigningKeyTable.Found {
    let interval = location.path == nil ? Int64.max : Int64(options.checkInterval)
    return state.withLock {
      $0.find(location, now: MonotonicClock.milliseconds, interval: interval, isPinned: isPinned)
    }
  }

  /// Checks the file, and reads it if it has changed. No lock is held meanwhile.
  private func checkAndLoad(
    at location: KeyLocation, _ entry: SigningKeyTable.Entry?, now: Int64, isPinned: Bool
  ) throws(SigningKeyStoreError) -> SigningKey {
    if let loaded = entry?.loaded, entry?.failure == nil, let path = location.path, Self.isUnchanged(path, loaded) {
      return loaded.key
    }
    do throws(SigningKeyStoreError) {
      let loaded = try load(location)
      let isNew = entry?.loaded?.identity != loaded.identity
      state.withLock {
        $0.store(SigningKeyTable.Entry(loaded: loaded, checked: now, isPinned: isPinned), at: location)
      }
      if let path = location.path, isNew || entry?.failure != nil {
        if entry?.loaded != nil { report(.replaced(path: path)) }
        // The store of the previous configuration has reported the danger of a key that was inherited.
        let isKnown = inherited[location]?.identity == loaded.identity
        if isNew, !isKnown, let danger = loaded.danger {
          report(.unsafe(path: path, why: danger.why, fix: danger.fix))
        }
      }
      return loaded.key
    } catch {
      state.withLock {
        $0.store(
          SigningKeyTable.Entry(loaded: entry?.loaded, failure: error, checked: now, isPinned: isPinned), at: location)
      }
      guard let loaded = entry?.loaded else { throw error }
      if let path = location.path, entry?.failure != error { report(.kept(path: path, error)) }
      return loaded.key
    }
  }

  /// True if the file has not changed.
  ///
  /// Also true if permission is denied: after privileges are dropped, files in a directory that only the superuser can
  /// search cannot be checked.
  private static func isUnchanged(_ path: String, _ loaded: LoadedKey) -> Bool {
    switch SizeLimitedFile.status(path) {
    case .success(let status): SizeLimitedFile.Identity(status) == loaded.identity
    case .failure(let error): error == .permissionDenied
    }
  }

  private func load(_ location: KeyLocation) throws(SigningKeyStoreError) -> LoadedKey {
    switch location {
    case .inline(let bytes): return try LoadedKey.read(inline: bytes, options)
    case .file(let path):
      if let old = inherited[location], old.user == options.user, Self.isUnchanged(path, old) {
        if let danger = old.danger, options.requireSafeKeys {
          throw .unsafe(path: path, why: danger.why, fix: danger.fix)
        }
        try options.checkSize(of: old.key, path: path)
        return old
      }
      return try LoadedKey.read(path, options, groups: groups)
    }
  }

  /// The number of key locations in the cache.
  var count: Int { state.withLock { $0.count } }
}
