package import DKIMCore

extension SigningKeyError {
  /// How to fix it; `nil` if that is not known.
  package var fix: String? {
    let make = "make one with \"dkimtool genkey\""
    let copyAgain = "restore it from the original"
    return switch self {
    case .empty: "\(make), or use the right file"
    case .notAKey: "use the right file, or \(make)"
    case .notASeed, .truncated, .badBase64, .malformed: copyAgain
    case .encrypted:
      "decrypt it with \"openssl pkey -in FILE -out NEWFILE\" and restrict the permissions of the new file"
    case .publicKey: "use the private key file that belongs to it"
    case .certificate: "use the file with its private key, or \(make)"
    case .otherBlock, .wrongType: make
    case .openSSH: "convert an RSA key with \"ssh-keygen -p -m PEM -f FILE\", or \(make)"
    case .tooSmall, .tooLarge: "\(make) and publish it"
    case .invalidPublicNumbers, .inconsistent: "\(copyAgain), or \(make)"
    case .library: nil
    }
  }

  /// What is wrong and how to fix it.
  package var textWithFix: String { fix.map { "\(self): \($0)" } ?? "\(self)" }
}
