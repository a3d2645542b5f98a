/// The part of the body that is signed, and the value of `l=`. // RFC 6376 §3.5
public enum SignedBodyLength: Sendable, Hashable {
  /// This number of bytes of the canonical body; a shorter body is an error.
  case exactly(UInt64)
  /// This number of bytes of the canonical body, or all of a shorter one.
  case atMost(UInt64)
  /// The whole body, whatever its length; text appended later is not signed.
  case whole

  /// The number of bytes to hash; `nil` means all.
  var hashed: UInt64? {
    switch self {
    case .exactly(let bytes), .atMost(let bytes): bytes
    case .whole: nil
    }
  }

  /// Returns the value of the tag for a canonical body with that number of bytes.
  func tag(bodyBytes: UInt64) throws(SigningError) -> UInt64 {
    switch self {
    case .exactly(let bytes):
      guard bytes <= bodyBytes else { throw .bodyTooShort(signed: bytes, actual: bodyBytes) }
      return bytes
    case .atMost(let bytes): return min(bytes, bodyBytes)
    case .whole: return bodyBytes
    }
  }
}
