extension KeyRecord {
  /// Returns true if this record is the public key of the given private key, that is, verifies its signatures, whatever
  /// the format of the key in the record.
  public func belongs(to key: SigningKey) -> Bool {
    guard key.type == keyType, key.bits == keyBits else { return false }
    // Any digest will do; this one is of empty data.
    var hash = Digest()
    let digest = hash.finalize()
    guard let signature = try? key.sign(digest: digest) else { return false }
    return self.key.verify(signature: signature, digest: digest)
  }
}
