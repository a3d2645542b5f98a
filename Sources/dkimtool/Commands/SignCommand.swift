import ArgumentParser
import DKIMCore

/// `dkimtool sign`: the message with its signatures on top.
struct SignCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sign",
    abstract: "Sign a message.",
    discussion: """
      Prints the message with a DKIM-Signature field for each key on top. Every octet of the message stays as it \
      is; the new fields have its line ends. A file without a single CRLF is a Unix text file: it is signed as \
      the message it becomes when it is sent.

      Nothing is printed where a signature cannot be made.

      EXAMPLES
        dkimtool sign -d example.com -s 2026 -k 2026.private message.eml > signed.eml
        dkimtool sign -d example.com -s rsa -k rsa.private -s ed -k ed.private < message.eml
        dkimtool sign -d example.com -s 2026 -k 2026.private --sign-headers '*,+X-Mine' --ttl 604800 message.eml
      """
  )

  @Option(name: [.short, .long], help: "The signing domain (d=).", transform: ArgumentParsing.domain)
  var domain: DomainName

  @Option(
    name: [.short, .long], help: "The selector (s=) of the key at the same place.",
    transform: ArgumentParsing.selector)
  var selector: [Selector]

  @Option(name: [.short, .long], help: "The file of the private key.", completion: .file())
  var key: [String]

  @Option(
    name: [.customShort("c"), .long], help: "Canonicalization: HEADER/BODY, each simple or relaxed.",
    transform: ArgumentParsing.canonicalization)
  var canonicalization = Canonicalization.relaxed

  @Option(
    name: [.customShort("a"), .long], help: "rsa-sha256 or ed25519-sha256. (default: what the key is for)",
    transform: ArgumentParsing.algorithm)
  var algorithm: SigningAlgorithm?

  @Option(
    help: ArgumentHelp(
      "Header fields to sign: names, with * as wildcard; or '*' and changes to the usual ones: '*,+X-Mine,-Subject'.",
      valueName: "list"),
    transform: ArgumentParsing.headerSelection)
  var signHeaders = HeaderSelection.standard

  @Option(
    help: ArgumentHelp(
      "Header fields that nobody may add after signing. (default: From)", valueName: "list"),
    transform: ArgumentParsing.headerNames)
  var oversign: [String]?

  @Option(
    name: [.short, .long], help: "The identity (i=): an address, or @ and a domain. (default: none)",
    transform: ArgumentParsing.identity)
  var identity: Identity?

  @Option(
    help: ArgumentHelp("The signature expires so long after it was made (x=). (default: never)", valueName: "seconds"),
    transform: ArgumentParsing.seconds)
  var ttl: UInt64?

  @Option(
    help: ArgumentHelp("When the signature is made (t=). (default: now)", valueName: "unixtime"),
    transform: ArgumentParsing.timestamp)
  var at: Timestamp?

  @Flag(help: "Print the new fields alone.")
  var fieldOnly = false

  @Argument(help: "The message; standard input where it is - or left out.", completion: .file())
  var file = InputFile.standardInput

  func validate() throws {
    guard !key.isEmpty else { throw ValidationError("a key is needed: -s SELECTOR -k FILE") }
    guard selector.count == key.count else {
      throw ValidationError(
        "as many -s as -k are needed, in the same order; found \(selector.count) of -s, \(key.count) of -k")
    }
    guard !key.contains(InputFile.standardInput) else {
      throw ValidationError("a key cannot come from standard input; -k takes a file")
    }
  }

  func run() async throws {
    try await reportingFailures {
      let requests = try zip(selector, key).map(request)
      let message = MessageToSign(try InputFile.read(file), name: file)
      let fields = try message.sign(with: Signer(requests), at: at ?? Clock.now)
      try Console.write(fieldOnly ? fields : fields + message.file)
      return .success
    }
  }

  private func request(_ selector: Selector, _ path: String) throws -> SigningRequest {
    let key = try PrivateKeyFile.load(path)
    if let algorithm, algorithm.keyType != key.type {
      throw CommandFailure(
        .usage,
        "\(path): the key is of the type \(key.type.rawValue); it signs \(SigningAlgorithm(key.type).rawValue), "
          + "not \(algorithm.rawValue): leave -a out or give another key")
    }
    var request = SigningRequest(domain: domain, selector: selector, key: key)
    request.canonicalization = canonicalization
    request.signedHeaders = signHeaders
    if let oversign { request.oversignedHeaders = oversign }
    request.identity = identity
    request.lifetime = ttl
    return request
  }
}
