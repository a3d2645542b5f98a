/// The location of a private key.
package enum KeyLocation: Sendable, Hashable {
  case file(String)
  /// The key itself, as PEM or base64-encoded DER in the table.
  case inline([UInt8])
}

extension KeyLocation {
  package static func == (a: KeyLocation, b: KeyLocation) -> Bool {
    switch (a, b) {
    case (.file(let a), .file(let b)): a == b
    case (.inline(let a), .inline(let b)): a == b
    default: false
    }
  }

  package func hash(into hasher: inout Hasher) {
    switch self {
    case .file(let path): hasher.combine(path)
    case .inline(let bytes):
      // Hashes all bytes at once; an array would hash them one by one.
      unsafe bytes.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
    }
  }

  /// The path of the key file; `nil` for a key in the table.
  package var path: String? {
    if case .file(let path) = self { path } else { nil }
  }
}
