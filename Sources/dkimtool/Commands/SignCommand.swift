import ArgumentParser
import DKIMCore

/// `dkimtool sign`: prints a message with its signatures at the top.
struct SignCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sign",
    abstract: "Sign a message.",
    discussion: """
      Prints the message with one DKIM-Signature field for each key at the top. The bytes of the message are not \
      changed; the new fields use its line endings. A file that contains no CRLF is treated as a Unix text file: it \
      is signed with CRLF line endings, as it is sent.

      If a signature cannot be made, or does not verify with the public half of its key, nothing is printed.

      EXAMPLES
        dkimtool sign -d example.com -s 2026 -k 2026.private message.eml > signed.eml
        dkimtool sign -d example.com -s rsa -k rsa.private \\
          -s ed -k ed.private < message.eml
        dkimtool sign -d example.com -s 2026 -k 2026.private \\
          --sign-headers '*,+X-Mine' --ttl 604800 message.eml
      """
  )

  @Option(name: [.short, .long], help: "The signing domain (d=).", transform: ArgumentParsing.domain)
  var domain: DomainName

  @Option(
    name: [.short, .long], help: "The selector (s=); the first -s belongs to the first -k, and so on.",
    transform: ArgumentParsing.selector)
  var selector: [Selector]

  @Option(name: [.short, .long], help: "The private key file.", completion: .file())
  var key: [String]

  @Option(
    name: [.customShort("c"), .long], help: "Canonicalization: HEADER/BODY, each simple or relaxed.",
    transform: ArgumentParsing.canonicalization)
  var canonicalization = Canonicalization.relaxed

  @Option(
    name: [.customShort("a"), .long], help: "rsa-sha256 or ed25519-sha256. (default: follows from the type of the key)",
    transform: ArgumentParsing.algorithm)
  var algorithm: SigningAlgorithm?

  @Option(
    help: ArgumentHelp(
      "Header fields to sign, * is a wildcard; '*,+X-Mine,-Subject' modifies the default list.",
      valueName: "list"),
    transform: ArgumentParsing.headerSelection)
  var signHeaders = HeaderSelection.standard

  @Option(
    help: ArgumentHelp(
      "Header fields that cannot be added after signing. (default: From)", valueName: "list"),
    transform: ArgumentParsing.headerNames)
  var oversign: [HeaderFieldName]?

  @Option(
    name: [.short, .long], help: "The identity (i=): an address, or @ and a domain. (default: none)",
    transform: ArgumentParsing.identity)
  var identity: Identity?

  @Option(
    name: [.customShort("l"), .long], parsing: .unconditional,
    help: ArgumentHelp(
      "Sign at most this many bytes of the body (l=), or \"whole\" for all of it; text can be added after them.",
      valueName: "bytes"),
    transform: ArgumentParsing.bodyLength)
  var bodyLength: SignedBodyLength?

  @Flag(
    name: [.customShort("z"), .long],
    help: "Add copies of the signed header fields (z=), with which a verifier can tell what was changed.")
  var copyHeaders = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The signature expires this long after signing (x=). (default: never)", valueName: "seconds"),
    transform: ArgumentParsing.seconds)
  var ttl: Duration?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The signing time (t=). (default: now)", valueName: "unixtime"),
    transform: ArgumentParsing.timestamp)
  var at: Timestamp?

  @Flag(help: "Print only the new fields.")
  var fieldOnly = false

  @Argument(help: "The message; standard input if - or omitted.", completion: .file())
  var file = InputFile.standardInput

  func validate() throws {
    guard !key.isEmpty else { throw ValidationError("missing key: give -s SELECTOR -k FILE") }
    guard selector.count == key.count else {
      throw ValidationError(
        "each -k needs one -s, in the same order; found \(selector.count) -s and \(key.count) -k")
    }
    guard !key.contains(InputFile.standardInput) else {
      throw ValidationError("a key cannot be read from standard input; give -k a file")
    }
  }

  func run() async throws {
    try await reportingFailures {
      let requests = try zip(selector, key).map(request)
      let message = MessageToSign(try InputFile.read(file), name: file)
      let fields = try message.sign(with: requests, at: at ?? Clock.now)
      try Console.write(fieldOnly ? fields : fields + message.file)
      return .success
    }
  }

  private func request(_ selector: Selector, _ path: String) throws -> SigningRequest {
    let key = try PrivateKeyFile.load(path)
    if let algorithm, algorithm.keyType != key.type {
      throw CommandFailure(
        .usage,
        "\(path): a key of type \(key.type.rawValue) signs with \(SigningAlgorithm(key.type).rawValue), "
          + "not \(algorithm.rawValue); omit -a or give another key")
    }
    var request: SigningRequest
    do {
      request = try SigningRequest(
        domain: domain, selector: selector, key: key, oversignedHeaders: oversign ?? [.from], identity: identity,
        lifetime: ttl)
    } catch {
      throw CommandFailure(.usage, "\(error)")
    }
    request.canonicalization = canonicalization
    request.signedHeaders = signHeaders
    request.bodyLength = bodyLength
    request.copiesHeaders = copyHeaders
    return request
  }
}
