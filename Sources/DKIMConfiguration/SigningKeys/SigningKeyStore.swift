public import DKIMCore
internal import Dispatch
internal import Glibc
internal import Synchronization
internal import SystemPackage

/// Private keys, read and checked once, and again when their file changes.
///
/// A key that was read stays in use when its file is deleted, spoilt or laid open later: mail is not to leave unsigned
/// because of that. What is wrong is reported once for every change. Any thread may ask; a file is looked at about
/// once a second at most, by one of them.
public final class SigningKeyStore: Sendable {
  public struct Options: Sendable, Hashable {
    /// `RequireSafeKeys`
    public var requireSafeKeys = true
    /// `MinimumKeyBits`, for RSA keys.
    public var minimumKeyBits = 1024
    /// The user who will sign, who need not be the one who reads.
    public var user: KeyUser
    /// Keys kept at most; those not asked for longest go first, and preloaded ones stay.
    public var maximumKeys = 10_000
    /// A longer file is no key; octets.
    public var maximumFileSize = 1 << 20
    /// A file is not looked at again before this time, milliseconds.
    public var checkInterval = 1000

    public init(user: KeyUser = .current) {
      self.user = user
    }
  }

  /// What happened to a key file.
  public enum Event: Sendable, Hashable {
    /// The file has become unusable; the key that was read before stays in use.
    case kept(path: String, SigningKeyStoreError)
    /// The file has changed, and its new key is in use.
    case replaced(path: String)
    /// Others can get at the key, and `RequireSafeKeys` is not set.
    case unsafe(path: String, why: String, fix: String)
  }

  public let options: Options
  private let report: @Sendable (Event) -> Void
  private let state: Mutex<SigningKeyTable>
  /// The keys of the stores that this one follows: for files that can no longer be read.
  private let inherited: [KeyLocation: LoadedKey]
  private let groups: KeySafety.Groups
  /// Looks at files for callers whose threads have other work.
  private let files = DispatchQueue(label: "key files")

  /// - Parameters:
  ///   - old: the store of the configuration before. Its keys are used where a file has not changed, or can no longer
  ///     be read for lack of permission.
  ///   - report: called, without any lock held, by the thread that looked at the file.
  public convenience init(
    _ options: Options = Options(), following old: SigningKeyStore? = nil,
    report: @escaping @Sendable (Event) -> Void = { _ in }
  ) {
    self.init(options, following: old, groups: Accounts.group, report: report)
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

  /// Those in use, and those that came from earlier stores and were not asked for since: a file that only root could
  /// read cannot be read again. Where there are too many, those in use stay.
  private func keysToInherit(atMost limit: Int) -> [KeyLocation: LoadedKey] {
    let used = state.withLock { $0.loadedKeys }
    let unused = inherited.filter { used[$0.key] == nil }.prefix(max(0, limit - used.count))
    return used.merging(unused.map { ($0.key, $0.value) }) { used, _ in used }
  }

  /// The key at a place.
  public func key(at location: KeyLocation) throws(SigningKeyStoreError) -> SigningKey {
    try key(at: location, isPinned: false)
  }

  /// The same for event loops: a thread of the store looks at the file, and at accounts, which may be on a server.
  public func loadKey(at location: KeyLocation) async throws(SigningKeyStoreError) -> SigningKey {
    switch find(location) {
    case .use(let key): return key
    case .refuse(let error): throw error
    case .look(let entry):
      // The thread has none of the values of this task.
      let isCommand = FileRights.isCommand
      let result = await withCheckedContinuation { continuation in
        files.async { [self] in
          let result = FileRights.$isCommand.withValue(isCommand) {
            Result { () throws(SigningKeyStoreError) in
              // Another caller may have read a new key meanwhile.
              if entry == nil { return try key(at: location) }
              return try look(at: location, entry, now: Self.milliseconds(), isPinned: false)
            }
          }
          continuation.resume(returning: result)
        }
      }
      return try result.get()
    }
  }

  /// What came of loading keys in advance.
  public struct Preloaded: Sendable {
    public var loaded = 0
    public var failures: [(location: KeyLocation, error: SigningKeyStoreError)] = []
    /// Not looked at, because of the limit.
    public var left = 0
  }

  /// Reads keys before they are needed, such as files that only the superuser can read. They are never dropped to make
  /// room. The limit cannot be above `maximumKeys`.
  public func preload(_ locations: some Sequence<KeyLocation>, limit: Int = .max) -> Preloaded {
    var result = Preloaded()
    for location in Set(locations) {
      guard result.loaded < min(limit, options.maximumKeys) else {
        result.left += 1
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
    case .look(let entry): return try look(at: location, entry, now: Self.milliseconds(), isPinned: isPinned)
    }
  }

  private func find(_ location: KeyLocation, isPinned: Bool = false) -> SigningKeyTable.Found {
    let interval = location.path == nil ? Int64.max : Int64(options.checkInterval)
    return state.withLock {
      $0.find(location, now: Self.milliseconds(), interval: interval, isPinned: isPinned)
    }
  }

  /// Looks at the file, with no lock held, and reads it where it has changed.
  private func look(
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

  /// True also where that can no longer be told: a folder that only the superuser can search hides its files once
  /// privileges are dropped.
  private static func isUnchanged(_ path: String, _ loaded: LoadedKey) -> Bool {
    switch BoundedFile.status(path) {
    case .success(let status): BoundedFile.Identity(status) == loaded.identity
    case .failure(let error): error == .permissionDenied
    }
  }

  private func load(_ location: KeyLocation) throws(SigningKeyStoreError) -> LoadedKey {
    switch location {
    case .inline(let octets): return try LoadedKey.read(inline: octets, options)
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

  /// How many places of keys are known.
  var count: Int { state.withLock { $0.count } }

  private static func milliseconds() -> Int64 {
    var time = timespec()
    _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }
}
