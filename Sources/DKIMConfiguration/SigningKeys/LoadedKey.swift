internal import DKIMCore
internal import Glibc
internal import SystemPackage
internal import SystemSupport

/// A private key that was read, with the results of its checks.
struct LoadedKey: Sendable {
  let key: SigningKey
  /// The version of the file; `nil` for a key in a table.
  let identity: SizeLimitedFile.Identity?
  /// The result of the check of `RequireSafeKeys`; `nil` if the file is safe.
  let danger: KeySafety.Problem?
  /// The user for whom the check was made.
  let user: KeyUser

  /// Reads the key, and checks who else can read it.
  static func read(
    _ path: String, _ options: SigningKeyStore.Options, groups: KeySafety.Groups
  ) throws(SigningKeyStoreError) -> LoadedKey {
    let file: (bytes: [UInt8], status: stat)
    do throws(FileProblem) {
      file = try SizeLimitedFile.open(path, limit: options.maximumFileSize)
    } catch {
      if error.reason == .system(.permissionDenied), FileRights.mayBeMissing { throw .needsRoot(path: path) }
      throw .unreadable(path: path, why: error.why)
    }
    let danger = KeySafety.problem(path, file.status, for: options.user, groups: groups)
    if let danger, options.requireSafeKeys { throw .unsafe(path: path, why: danger.why, fix: danger.fix) }
    let key = try read(file.bytes, path: path, options)
    return LoadedKey(key: key, identity: SizeLimitedFile.Identity(file.status), danger: danger, user: options.user)
  }

  static func read(
    inline bytes: [UInt8], _ options: SigningKeyStore.Options
  ) throws(SigningKeyStoreError) -> LoadedKey {
    LoadedKey(key: try read(bytes, path: nil, options), identity: nil, danger: nil, user: options.user)
  }

  private static func read(
    _ bytes: [UInt8], path: String?, _ options: SigningKeyStore.Options
  ) throws(SigningKeyStoreError) -> SigningKey {
    let key: SigningKey
    do throws(SigningKeyError) {
      key = try SigningKey(bytes)
    } catch {
      throw .notAKey(path: path, error)
    }
    try options.checkSize(of: key, path: path)
    return key
  }
}

extension SigningKeyStore.Options {
  /// Checks the size of an RSA key. Ed25519 keys all have the same size.
  func checkSize(of key: SigningKey, path: String?) throws(SigningKeyStoreError) {
    guard key.type == .rsa, key.bits < minimumKeyBits else { return }
    throw .tooSmall(path: path, bits: key.bits, minimum: minimumKeyBits)
  }
}
