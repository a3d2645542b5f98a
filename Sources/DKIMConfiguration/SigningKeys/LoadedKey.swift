internal import DKIMCore
internal import Glibc
internal import SystemPackage

/// A private key as it was read.
struct LoadedKey: Sendable {
  let key: SigningKey
  /// The version of the file; `nil` for a key in a table.
  let identity: BoundedFile.Identity?
  /// What `RequireSafeKeys` has against it.
  let danger: KeySafety.Problem?
  /// For whom that was found out.
  let user: KeyUser

  /// Reads the key and looks at who else can.
  static func read(
    _ path: String, _ options: SigningKeyStore.Options, groups: KeySafety.Groups
  ) throws(SigningKeyStoreError) -> LoadedKey {
    let file: (octets: [UInt8], status: stat)
    do throws(FileProblem) {
      file = try BoundedFile.open(path, limit: options.maximumFileSize)
    } catch {
      if error.reason == .system(.permissionDenied), FileRights.mayBeMissing { throw .needsRoot(path: path) }
      throw .unreadable(path: path, why: error.why)
    }
    let danger = KeySafety.problem(path, file.status, for: options.user, groups: groups)
    if let danger, options.requireSafeKeys { throw .unsafe(path: path, why: danger.why, fix: danger.fix) }
    let key = try read(file.octets, path: path, options)
    return LoadedKey(key: key, identity: BoundedFile.Identity(file.status), danger: danger, user: options.user)
  }

  static func read(
    inline octets: [UInt8], _ options: SigningKeyStore.Options
  ) throws(SigningKeyStoreError) -> LoadedKey {
    LoadedKey(key: try read(octets, path: nil, options), identity: nil, danger: nil, user: options.user)
  }

  private static func read(
    _ octets: [UInt8], path: String?, _ options: SigningKeyStore.Options
  ) throws(SigningKeyStoreError) -> SigningKey {
    let key: SigningKey
    do throws(SigningKeyError) {
      key = try SigningKey(octets)
    } catch {
      throw .notAKey(path: path, error)
    }
    try options.checkSize(of: key, path: path)
    return key
  }
}

extension SigningKeyStore.Options {
  /// RSA only: the strength of an Ed25519 key is not told by its bits.
  func checkSize(of key: SigningKey, path: String?) throws(SigningKeyStoreError) {
    guard key.type == .rsa, key.bits < minimumKeyBits else { return }
    throw .tooSmall(path: path, bits: key.bits, minimum: minimumKeyBits)
  }
}
