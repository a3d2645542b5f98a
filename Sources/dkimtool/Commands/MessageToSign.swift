import DKIMCore
import DKIMDiagnostics
import DKIMMilter

/// A message file that is to be signed.
struct MessageToSign {
  /// The contents of the file, unchanged.
  let file: [UInt8]
  private let name: String
  private let isUnixText: Bool

  init(_ file: [UInt8], name: String) {
    self.file = file
    self.name = name == InputFile.standardInput ? "standard input" : name
    isUnixText = !LineEnds.hasCRLF(file.span)
  }

  /// Returns the new fields, with the line endings of the file. Each signature has been verified with the public
  /// half of its key.
  ///
  /// - Throws: `CommandFailure`
  func sign(with requests: [SigningRequest], at time: Timestamp) throws -> [UInt8] {
    guard let first = file.first else { throw CommandFailure(.dataError, "\(name): the message is empty") }
    // The line would become part of the new field, although it was not signed as part of it.
    guard first != UInt8(ascii: " "), first != UInt8(ascii: "\t") else {
      throw CommandFailure(
        .dataError,
        "\(name):1: the message begins with a continuation line (a space or a tab), which would become part of the new "
          + "field; remove that line, or the white space at its beginning")
    }
    let message = isUnixText ? LineEnds.withCRLF(file[...]) : file
    let fields: [SignatureField]
    do {
      fields = try Signer(requests).sign(message, at: time)
    } catch {
      let status = Self.status(error)
      throw CommandFailure(status, status == .dataError ? "\(name): \(error)" : "\(error)")
    }
    try check(fields, of: message, requests, at: time)
    warn(about: message)
    let bytes = fields.flatMap(\.bytes)
    return isUnixText ? LineEnds.withLF(bytes) : bytes
  }

  private func check(
    _ fields: [SignatureField], of message: [UInt8], _ requests: [SigningRequest], at time: Timestamp
  ) throws {
    let check = SignatureCheck(message, at: time)
    for (field, request) in zip(fields, requests) {
      guard let reason = try check.refusal(of: field, by: request) else { continue }
      throw CommandFailure(
        .dataError,
        "\(name): the signature of \(request.domain) (s=\(request.selector)) would not verify: \(reason); nothing was "
          + "signed. Check the message with a program that shows its bytes")
    }
  }

  /// Warns about anything that the next host will change so that the signature no longer verifies.
  private func warn(about message: [UInt8]) {
    let oddities = LineEnds.Oddities(message)
    if oddities.bareLF > 0 || oddities.bareCR > 0 {
      let found = [(oddities.bareLF, "LF without CR"), (oddities.bareCR, "CR without LF")].filter { $0.0 > 0 }
        .map { "\($0.0) \($0.1)" }
      Console.report(
        "warning: \(name): mixed line endings (\(found.joined(separator: ", "))): signed without changes, but other "
          + "hosts will convert them in transit, and the signature will fail")
    }
    if oddities.longestLine > 998 {
      Console.report(
        "warning: \(name): a line of \(oddities.longestLine) bytes exceeds the limit of 998: other hosts may split it, "
          + "and the signature will fail")
    }
    if file.starts(with: "From ".utf8) {
      Console.report("warning: \(name): begins with the \"From \" line of an mbox, which is not part of a message")
    }
  }

  private static func status(_ error: SigningError) -> ExitStatus {
    switch error {
    case .noFrom, .severalFrom, .emptyMessage, .header, .tooManyHeaderNames, .bodyTooShort: .dataError
    case .noRequests, .identityOutsideDomain, .controlCharacterInIdentity, .queryNameTooLong, .timeTooLate,
      .noLifetime, .notAHeaderName:
      .usage
    case .key, .externalKey: .unavailable
    }
  }
}
