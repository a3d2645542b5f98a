import DKIMConfiguration
import DKIMCore
import DKIMDiagnostics
import DKIMMilter

/// A private key that is compared with a published one.
struct PrivateHalf {
  let key: SigningKey?
  /// Why the file does not contain a key; `nil` if it does.
  let fault: String?

  /// Reads a file. Warns if other users can read or write it.
  ///
  /// - Throws: `ProgramEnd` if the file cannot be read or is not a regular file.
  init(file path: String) throws {
    let file: TestedKeyFile
    do { file = try TestedKeyFile(path) } catch let failure as CommandFailure {
      throw ProgramEnd(failure.status.rawValue, failure.message)
    }
    if file.isOpenToOthers { Console.report("\(path): WARNING: unsafe permissions") }
    self.init(text: \.textWithFix) { () throws(SigningKeyError) in try SigningKey(file.contents) }
  }

  /// Reads the key of a row of a KeyTable.
  init(_ location: KeyLocation, _ rules: KeyRules) throws {
    switch location {
    case .file(let path): try self.init(file: path)
    case .inline:
      self.init(text: \.description) { () throws(SigningKeyStoreError) in try rules.store.key(at: location) }
    }
  }

  private init<Fault: Error>(text: (Fault) -> String, reading read: () throws(Fault) -> SigningKey) {
    do throws(Fault) {
      (key, fault) = (try read(), nil)
    } catch {
      (key, fault) = (nil, PrintableText.escaped(text(error)))
    }
  }
}

/// The assessment of a published key, in the words of opendkim-testkey.
struct KeyPairCheck {
  enum Result {
    case pass
    case mismatch
    /// The message, and a second line with the reason where OpenDKIM prints an error of OpenSSL.
    case failure(String, reason: String?)
  }

  let result: Result
  /// Whether DNSSEC secured the record; `nil` if no key was read from it.
  let isSecure: Bool?

  var status: ExitStatus {
    switch result {
    case .pass: .success
    case .mismatch: .dataError
    case .failure: .unavailable
    }
  }

  /// - Parameter name: the name of the record in messages.
  init(_ query: KeyQuery, named name: String, _ privateKey: PrivateHalf?, _ source: any PublicKeySource) async {
    let answer = await source.answer(query)
    let check = PublishedKeyCheck(query, answer, privateKey: privateKey?.key)
    if let words = Self.words(answer, check, name) {
      result = .failure(words.text, reason: nil)
      isSecure = words.isOfRecord ? nil : check.isSecure
    } else if let fault = privateKey?.fault {
      result = .failure("PEM_read_bio_PrivateKey() failed", reason: fault)
      isSecure = check.isSecure
    } else {
      result = check.status == .success ? .pass : .mismatch
      isSecure = check.isSecure
    }
  }

  /// Returns why the published key cannot be used; `nil` if it can.
  private static func words(
    _ answer: KeyAnswer, _ check: PublishedKeyCheck, _ name: String
  ) -> (text: String, isOfRecord: Bool)? {
    switch answer {
    case .noSuchName: return ("'\(name)' record not found", true)
    case .noData, .records([], _): return ("No key", true)
    case .records(let texts, _) where texts.count == 1:
      if let words = words(of: texts[0]) { return (words, true) }
    case .records: return ("multiple DNS replies for '\(name)'", true)
    case .failure: break
    }
    return check.issues.first { $0.severity == .failure }.map { (PrintableText.escaped($0.text), false) }
  }

  /// Returns why OpenDKIM does not accept a record; `nil` if it does.
  private static func words(of text: [UInt8]) -> String? {
    do throws(KeyRecordError) {
      let record = try KeyRecord(text)
      if let hashes = record.hashAlgorithms, !hashes.contains(where: ["sha1", "sha256"].contains) {
        return PrintableText.escaped("unknown hash '\(hashes.joined(separator: ":"))'")
      }
      return record.servesEmail ? nil : "key type mismatch"
    } catch {
      return error.openDKIMWords(for: text)
    }
  }
}

extension KeyRecordError {
  /// Returns why a record is not a key, in OpenDKIM's words where it has a message for it.
  fileprivate func openDKIMWords(for text: [UInt8]) -> String {
    if text.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { return "empty key record" }
    if let words = KeyRecordSyntax.fault(in: text) { return words }
    return switch self {
    case .keyMissing: "key missing"
    case .revoked: "Revoked key"
    case .incompatibleVersion(let found): PrintableText.escaped("invalid key version '\(found)'")
    case .unknownKeyType(let found): PrintableText.escaped("unknown key type '\(found)'")
    default: PrintableText.escaped("\(self)")
    }
  }
}

/// Finds syntax errors in a key record as OpenDKIM reports them. ``KeyRecord`` decides whether a record is valid.
private enum KeyRecordSyntax {
  private enum State { case beforeName, inName, afterName, inValue }

  static func fault(in text: [UInt8]) -> String? {
    var state = State.beforeName
    for (offset, byte) in text.enumerated() {
      let isBlank = byte == 0x20 || 0x09...0x0D ~= byte
      guard byte < 0x7F, byte >= 0x20 || isBlank else {
        return "invalid character (ASCII 0x\(ASCII.hexDigits(byte)) at offset \(offset)) in key data"
      }
      switch state {
      case .beforeName where isBlank: break
      case .beforeName where ASCII.isAlphanumeric(byte): state = .inName
      case .inName where byte == UInt8(ascii: "="), .afterName where byte == UInt8(ascii: "="): state = .inValue
      case .inName where isBlank, .afterName where isBlank: state = .afterName
      case .inName where byte != UInt8(ascii: ";"): break
      case .inValue: if byte == UInt8(ascii: ";") { state = .beforeName }
      default: return "syntax error in key data (ASCII 0x\(ASCII.hexDigits(byte)) at offset \(offset))"
      }
    }
    return state == .inName || state == .afterName ? "tag without value at end of key data" : nil
  }
}
