/// Where the octets of a private key are.
public enum KeyLocation: Sendable, Hashable {
  case file(String)
  /// PEM or base64 DER in the table itself.
  case inline([UInt8])
}

extension KeyLocation {
  public static func == (a: KeyLocation, b: KeyLocation) -> Bool {
    switch (a, b) {
    case (.file(let a), .file(let b)): a == b
    case (.inline(let a), .inline(let b)): a == b
    default: false
    }
  }

  public func hash(into hasher: inout Hasher) {
    switch self {
    case .file(let path): hasher.combine(path)
    case .inline(let octets):
      // In one piece; an array would hash its octets one by one.
      unsafe octets.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
    }
  }

  /// The path; `nil` for a key in a table.
  public var path: String? {
    if case .file(let path) = self { path } else { nil }
  }
}
