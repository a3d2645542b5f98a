import DKIMCore
import DKIMDiagnostics
import DKIMDNS
import DKIMMilter
import Glibc
import SystemPackage

/// `opendkim-testmsg`: signs the message on standard input, or verifies it.
struct TestMessageProgram {
  private static let usage = ProgramUsage(
    status: .configuration, summary: "[options]",
    lines: [
      "Valid options:",
      "\t-C         \tpreserve CRLFs",
      "\t-d domain  \tset signing domain",
      "\t-K         \tkeep temporary files",
      "\t-k keyfile \tprivate key file",
      "\t-s selector\tset signing selector",
      "\t-t path    \tdirectory for temporary files",
    ])

  /// The exit status of a message that cannot be signed or verified (EX_SOFTWARE).
  private static let failure: Int32 = 70

  private let arguments: GetoptArguments

  init(_ arguments: [String]) throws {
    self.arguments = try GetoptArguments(
      arguments, letters: "Cd:Kk:s:t:", names: ["nameserver", "keys"], usage: Self.usage)
  }

  /// - Returns: the exit status.
  func run() async throws -> Int32 {
    let (domain, selector, path) = (arguments.value("d"), arguments.value("s"), arguments.value("k"))
    switch (domain, selector, path) {
    case (nil, nil, nil):
      try checkTemporaryDirectory()
      try await verify(try InputFile.read(InputFile.standardInput))
    case (let domain?, let selector?, let path?):
      let key = try Self.contents(of: path)
      try checkTemporaryDirectory()
      try sign(try InputFile.read(InputFile.standardInput), domain, selector, key)
    default: throw Self.usage.end()
    }
    return 0
  }

  /// Reports an unusable directory. Temporary files are not needed, but scripts may rely on this error.
  private func checkTemporaryDirectory() throws {
    guard let directory = arguments.value("t"), access(directory, W_OK | X_OK) != 0 else { return }
    throw ProgramEnd(Self.failure, "mkstemp(): \(Errno(rawValue: errno))")
  }

  private static func contents(of path: String) throws -> [UInt8] {
    guard access(path, R_OK) == 0 else {
      throw ProgramEnd(ExitStatus.systemError.rawValue, "\(path): open(): \(Errno(rawValue: errno))")
    }
    do { return try InputFile.read(path) } catch let failure as CommandFailure {
      let reason = failure.message.dropFirst("\(path): ".count)
      throw ProgramEnd(ExitStatus.systemError.rawValue, "\(path): read(): \(reason)")
    }
  }

  // MARK: Signing

  private func sign(_ file: [UInt8], _ domain: String, _ selector: String, _ contents: [UInt8]) throws {
    let message = LineEnds.withCRLF(file[...])
    try Self.check(message)
    let key: SigningKey
    do { key = try SigningKey(contents) } catch { throw ProgramEnd(Self.failure, "dkim_eom(): Resource unavailable") }
    let (parsedDomain, parsedSelector): (DomainName, Selector)
    do {
      (parsedDomain, parsedSelector) = (try DomainName(domain), try Selector(selector))
    } catch {
      throw ProgramEnd(Self.failure, PrintableText.escaped("dkim_sign(): the domain or the selector \(error)"))
    }
    do {
      var request = try SigningRequest(
        domain: parsedDomain, selector: parsedSelector, key: key, oversignedHeaders: [])
      request.canonicalization = Canonicalization(header: .relaxed, body: .simple)
      request.signedHeaders = HeaderSelection(["*"])
      let field = try Signer([request]).sign(message, at: Clock.now).flatMap(\.bytes)
      try Console.write((arguments.has("C") ? field : LineEnds.withLF(field)) + file)
    } catch let error as SigningError {
      throw ProgramEnd(Self.failure, PrintableText.escaped("dkim_eom(): \(error)"))
    }
  }

  /// - Throws: `ProgramEnd` if the header is not valid for a message. // RFC 5322 §3.6
  private static func check(_ message: [UInt8]) throws {
    let header = ParsedMessage(message).header
    let isBroken = (0..<header.count).contains { header.name(of: $0) == nil }
    let author = header.positions(of: .from).first.map(header.value)
    guard !isBroken, HeaderRequirements.fault(in: header) == nil, header.positions(of: .sender).count <= 1,
      let author, author.contains(where: { $0 > 0x20 })
    else { throw ProgramEnd(failure, "dkim_chunk(): Syntax error") }
  }

  // MARK: Verifying

  private func verify(_ file: [UInt8]) async throws {
    let message = LineEnds.withCRLF(file[...])
    try Self.check(message)
    let servers = try arguments.values("nameserver").map { text in
      do { return try NameServer(text) } catch { throw ProgramEnd(ExitStatus.configuration.rawValue, "\(error)") }
    }
    let keys = try KeyLookup(file: arguments.values("keys").last, servers: servers)
    var policy = VerificationPolicy.tolerant
    policy.fromTheFuture = VerificationPolicy.standard.fromTheFuture
    let context = VerificationContext(
      verifier: Verifier(policy: policy), keys: keys.source, time: Clock.now)
    let results = await MessageVerification(message, in: context).results
    guard let first = results.first else { throw ProgramEnd(Self.failure, "dkim_chunk(): No signature") }
    // One signature that passes is enough; the first one explains a failure.
    guard !results.contains(where: { $0.outcome == .success }) else { return }
    throw ProgramEnd(Self.failure, first.outcome.openDKIMWords)
  }
}

extension VerificationOutcome {
  /// The failure in the words of OpenDKIM's library.
  fileprivate var openDKIMWords: String {
    switch self {
    case .temporaryFailure, .permanentFailure(.noKey): "dkim_eom(): Key retrieval failed"
    case .permanentFailure(.keyRecord(.revoked)): "dkim_eom(): Revoked key"
    case .permanentFailure(.bodyHashDidNotVerify), .permanentFailure(.signatureDidNotVerify):
      "dkim_eom(): Bad signature"
    case .permanentFailure(.signatureField(.tagList)), .permanentFailure(.signatureField(.missingTag)):
      "dkim_chunk(): Syntax error"
    case .success, .permanentFailure, .unacceptable: "dkim_eom(): Unable to verify"
    }
  }
}
