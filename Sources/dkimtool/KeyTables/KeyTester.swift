import DKIMConfiguration
import DKIMCore
import DKIMDiagnostics
import Synchronization

/// Tests keys under the rules by which the filter uses them.
struct KeyTester: Sendable {
  private let rules: KeyRules
  private let dangers: KeyDangers
  private let source: any PublicKeySource
  /// Loads keys that the filter refuses because of unsafe permissions, so that other problems are reported as well.
  private let unsafeStore: SigningKeyStore

  init(_ rules: KeyRules, _ dangers: KeyDangers, _ source: any PublicKeySource) {
    self.rules = rules
    self.dangers = dangers
    self.source = source
    var options = rules.store.options
    options.requireSafeKeys = false
    unsafeStore = SigningKeyStore(options)
  }

  func test(_ key: NamedKey) async -> TestedKey {
    var tested = TestedKey(key: key)
    switch key.content {
    case .skipped: break
    case .corrupt(let why):
      tested.issues = [
        KeyIssue(.failure, "entry corrupt: \(why)", fix: "write NAME DOMAIN:SELECTOR:/PATH/TO/KEY")
      ]
    case .key(let published):
      let privateKey = load(published, &tested)
      await lookUp(published, privateKey, &tested)
    }
    return tested
  }

  private func load(_ published: NamedKey.Published, _ tested: inout TestedKey) -> SigningKey? {
    let key: SigningKey
    do throws(SigningKeyStoreError) {
      key = try rules.store.key(at: published.location)
    } catch {
      tested.issues.append(KeyIssue(.failure, "\(error)", fix: error.fix))
      guard case .unsafe = error, let other = try? unsafeStore.key(at: published.location) else { return nil }
      key = other
    }
    (tested.type, tested.bits) = (key.type, key.bits)
    if let danger = published.location.path.flatMap({ dangers.danger(of: $0) }) {
      tested.issues.append(KeyIssue(.warning, danger.why, fix: danger.fix))
    }
    if let algorithm = published.algorithm, algorithm != key.type {
      tested.issues.append(
        KeyIssue(
          .failure, "the private key is \(key.type.rawValue), but the row says \(algorithm.rawValue)",
          fix: "correct the fourth field, or remove it"))
    } else if let only = rules.signatureAlgorithm, only != key.type {
      tested.issues.append(
        KeyIssue(
          .failure, "the private key is \(key.type.rawValue), but SignatureAlgorithm allows only \(only.rawValue)",
          fix: "remove SignatureAlgorithm; the algorithm follows from the type of each key"))
    }
    return key
  }

  private func lookUp(
    _ published: NamedKey.Published, _ privateKey: SigningKey?, _ tested: inout TestedKey
  ) async {
    guard let query = KeyQuery(domain: published.domain, selector: published.selector) else {
      let name = "\(published.selector)._domainkey.\(published.domain)"
      tested.issues.append(
        KeyIssue(
          .failure, "\(name) exceeds the maximum length of a DNS name (253 bytes)", fix: "use a shorter selector"))
      return
    }
    tested.recordName = query.name
    let answer = await source.answer(query)
    let check = PublishedKeyCheck(query, answer, privateKey: privateKey)
    tested.isSecure = check.isSecure
    tested.records = PublishedRecord.all(in: answer, name: query.name)
    tested.issues += check.issues
    if case .noSuchName = answer, let below = await PublishedKeyCheck.misplaced(query, in: source) {
      tested.issues.append(below)
    }
  }
}

/// Key files with unsafe permissions, if the configuration allows them.
final class KeyDangers: Sendable {
  typealias Danger = (why: String, fix: String)

  private let known = Mutex<[String: Danger]>([:])

  func note(_ event: SigningKeyStore.Event) {
    guard case .unsafe(let path, let why, let fix) = event else { return }
    known.withLock { $0[path] = (why, fix) }
  }

  func danger(of path: String) -> Danger? { known.withLock { $0[path] } }
}
