extension KeyRecord {
  /// True where what the private key signs verifies with this record: both are halves of one key, in whatever
  /// form the record holds its half.
  public func belongs(to key: SigningKey) -> Bool {
    guard key.type == keyType, key.bits == keyBits else { return false }
    // Any digest will do; this one is of nothing.
    var hash = Digest()
    let digest = hash.finalize()
    guard let signature = try? key.sign(digest: digest) else { return false }
    return self.key.verify(signature: signature, digest: digest)
  }
}
