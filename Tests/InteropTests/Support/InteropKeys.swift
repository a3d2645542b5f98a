@testable import DKIMCore

/// The keys of a run, generated once, and their TXT records.
struct InteropKey: Sendable {
  let name: String
  let key: SigningKey
  var record: String {
    "v=DKIM1; k=\(key.type.rawValue); p=\(Base64.encode(key.publicKey))"
  }
  var algorithm: String { SigningAlgorithm(key.type).rawValue }

  static let rsa: [InteropKey] = [1024, 2048, 4096].compactMap { bits in
    (try? SigningKey.generate(.rsa, bits: bits)).map { InteropKey(name: "rsa\(bits)", key: $0) }
  }
  static let ed25519: [InteropKey] =
    (try? SigningKey.generate(.ed25519)).map {
      [InteropKey(name: "ed25519", key: $0)]
    } ?? []
  static let all = rsa + ed25519
}

/// The name that a key is published at; every name is possible, so selectors and domains can have any shape.
struct InteropZone: PublicKeySource {
  let records: [String: String]

  func answer(_ query: KeyQuery) async -> KeyAnswer {
    guard let record = records[query.name] else { return .noSuchName(secure: false) }
    return .records([Array(record.utf8)], secure: false)
  }
}
