import DKIMCore

/// A message file on its way to its signatures.
struct MessageToSign {
  /// The octets as they came.
  let file: [UInt8]
  private let name: String
  private let isUnixText: Bool

  init(_ file: [UInt8], name: String) {
    self.file = file
    self.name = name == InputFile.standardInput ? "standard input" : name
    isUnixText = !LineEnds.hasCRLF(file.span)
  }

  /// The new fields, in the line ends of the file. Each of them verifies with the public half of its key.
  /// - Throws: `CommandFailure`
  func sign(with requests: [SigningRequest], at time: Timestamp) throws -> [UInt8] {
    guard let first = file.first else { throw CommandFailure(.dataError, "\(name): the message is empty") }
    // The new field would swallow the line, which was not signed as a part of it.
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
    warn(of: message)
    let octets = fields.flatMap(\.octets)
    return isUnixText ? LineEnds.withLF(octets) : octets
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

  /// What the next host will change, so that the signature does not verify any more.
  private func warn(of message: [UInt8]) {
    let odd = LineEnds.Oddities(message)
    if odd.bareLF > 0 || odd.bareCR > 0 {
      let found = [(odd.bareLF, "LF without CR"), (odd.bareCR, "CR without LF")].filter { $0.0 > 0 }
        .map { "\($0.0) \($0.1)" }
      Console.complain(
        "warning: \(name): mixed line ends (\(found.joined(separator: ", "))): signed as it stands, but other "
          + "hosts will change it on its way, and the signature will fail")
    }
    if odd.longestLine > 998 {
      Console.complain(
        "warning: \(name): a line of \(odd.longestLine) octets, 998 are allowed: other hosts may break it, and the "
          + "signature will fail")
    }
    if file.starts(with: "From ".utf8) {
      Console.complain("warning: \(name): begins with the \"From \" line of an mbox, which is no part of a message")
    }
  }

  private static func status(_ error: SigningError) -> ExitStatus {
    switch error {
    case .noFrom, .severalFrom, .emptyMessage, .header, .tooManyHeaderNames, .bodyTooShort: .dataError
    case .noRequests, .identityOutsideDomain, .controlCharacterInIdentity, .queryNameTooLong, .timeTooLate,
      .noLifetime, .notAHeaderName:
      .usage
    case .key: .unavailable
    }
  }
}
