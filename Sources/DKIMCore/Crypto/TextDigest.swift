/// Digests of texts, for the modules of this package.
package enum TextDigest {
  /// Returns the SHA-256 digest of the UTF-8 form of a text, as 64 hexadecimal digits in lower case.
  package static func sha256(_ text: String) -> String {
    var digest = Digest()
    digest.update(Array(text.utf8).span)
    return digest.finalize().map(ASCII.hexDigits).joined()
  }
}
