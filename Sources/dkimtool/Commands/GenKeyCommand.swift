import ArgumentParser
import DKIMConfiguration
import DKIMCore
import DKIMDiagnostics
import Glibc

/// `dkimtool genkey`: generates a key and the record to publish for it.
struct GenKeyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "genkey",
    abstract: "Generate a key and the TXT record to publish.",
    discussion: """
      Writes SELECTOR.private (PKCS#8 in PEM format) and SELECTOR.txt (for a zone file), both readable only by their \
      owner. Existing files are not overwritten unless --force is given.

      Options and files are those of opendkim-genkey, with these differences: -d is required; existing files are not \
      overwritten; keys smaller than 1024 bits and stray arguments are refused; --type ed25519 (RFC 8463), --from, \
      --print and --force are new. As in opendkim-genkey, -h sets the hash algorithms; use --help for help.

      Receivers that do not support Ed25519 ignore its signatures, so sign with an RSA key as well.

      EXAMPLES
        dkimtool genkey -d example.com -s 2026
        dkimtool genkey -d example.com -s ed --type ed25519 -D /etc/dkimkeys -a
        dkimtool genkey -d example.com -s 2026 --print line --print json
        dkimtool genkey -d example.com -s 2026 --from 2026.private --print split
      """,
    helpNames: [.customLong("help")]
  )

  @Option(
    name: [.customShort("d", allowingJoined: true), .long], help: "The signing domain (d=).",
    transform: ArgumentParsing.zoneDomain)
  var domain: DomainName

  @Option(
    name: [.customShort("s", allowingJoined: true), .long],
    help: "The selector: the name of the key below _domainkey. (default: default)",
    transform: ArgumentParsing.selector)
  var selector: Selector?

  @Option(help: "The type of the key.")
  var type = KeyKind.rsa

  @Option(
    name: [.customShort("b", allowingJoined: true), .long], parsing: .unconditional,
    help: "The size of an RSA key, 1024 to 8192. (default: 2048)",
    transform: GenKeyArguments.bits)
  var bits: Int?

  @Option(
    name: [.customShort("D", allowingJoined: true), .long], help: "The directory to write the files to.",
    completion: .directory)
  var directory = "."

  @Option(
    name: [.customShort("h", allowingJoined: true), .long],
    help: ArgumentHelp(
      "Hash algorithms that may be used with the key (h=), colon-separated; \"\" omits the tag. (default: sha256)",
      valueName: "list"),
    transform: GenKeyArguments.hashAlgorithms)
  var hashAlgorithms: HashAlgorithmList?

  @Option(name: [.customShort("n", allowingJoined: true), .long], help: "A note for human readers (n=).")
  var note: String?

  @Flag(name: .shortAndLong, help: "Restrict the key to mail (s=email).")
  var restrict = false

  @Flag(
    name: [.customShort("S"), .customLong("nosubdomains"), .customLong("no-subdomains")],
    help: "Do not allow identities in subdomains (t=s).")
  var noSubdomains = false

  @Flag(help: "Allow identities in subdomains (the default).")
  var subdomains = false

  @Flag(name: [.customShort("t"), .long], help: "Test mode: receivers treat mail of the domain as unsigned (t=y).")
  var testmode = false

  @Flag(name: .shortAndLong, help: "Write the full name into the zone file, with the domain and a trailing dot.")
  var appendDomain = false

  @Flag(help: "Replace existing files.")
  var force = false

  @Option(
    help: ArgumentHelp("Print the record for this private key instead of generating one.", valueName: "keyfile"),
    completion: .file())
  var from: String?

  @Option(
    help: ArgumentHelp("Print the record to standard output as well; may be repeated.", valueName: "form"))
  var print: [RecordForm] = []

  @Flag(name: .shortAndLong, help: "Report progress on standard error.")
  var verbose: Int

  func validate() throws {
    guard !noSubdomains || !subdomains else { throw ValidationError("-S and --subdomains cannot be combined") }
    guard from == nil || !force && bits == nil else {
      throw ValidationError("--from uses an existing key; it cannot be combined with --bits or --force")
    }
  }

  func run() async throws {
    try await reportingFailures {
      if let from {
        try show(try record(of: try PrivateKeyFile.load(from)), print.isEmpty ? [.zone] : print)
      } else {
        try makeKey()
      }
      return .success
    }
  }

  private func makeKey() throws {
    let names = KeyPairFiles.paths(fileBase)
    // An early error, before the key is generated. The real protection is that the files are created exclusively.
    try NewFiles.refuseExisting([names.key, names.record], unless: force)
    warnAboutOptions()
    say("generating private key")
    let key: SigningKey
    do { key = try SigningKey.generate(type.keyType, bits: bits ?? 2048) } catch {
      throw CommandFailure(.unavailable, error.textWithFix)
    }
    say("extracting public key")
    let zone = try record(of: key)
    let files = KeyPairFiles(key, zone, base: fileBase, absolute: appendDomain).all
    if force { try NewFiles.replace(files) } else { try NewFiles.create(files) }
    say("private key written to \(names.key)")
    say("DNS TXT record written to \(names.record)")
    if verbose == 0, isatty(STDERR_FILENO) == 1 {
      Console.report("wrote \(names.key) (private key) and \(names.record) (TXT record to publish)")
    }
    try show(zone, print)
  }

  /// The path of both files without their extensions.
  private var fileBase: String {
    let folder = directory == "." ? "" : directory.hasSuffix("/") ? directory : directory + "/"
    return folder + (selector?.text ?? GenKeyArguments.standardSelector)
  }

  private func record(of key: SigningKey) throws -> ZoneRecord {
    do {
      let text = try PublishableKeyRecord(
        key, hashAlgorithms: hashAlgorithms.map(\.words) ?? ["sha256"], services: restrict ? ["email"] : nil,
        flags: (testmode ? ["y"] : []) + (noSubdomains ? ["s"] : []),
        // opendkim-genkey puts the note in quotes, which become part of it.
        notes: note.map { "\"\($0)\"" })
      let selector = try selector ?? Selector(GenKeyArguments.standardSelector)
      guard KeyQuery(domain: domain, selector: selector) != nil else {
        throw CommandFailure(
          .usage, "\(selector)._domainkey.\(domain) exceeds the maximum length of a DNS name (253 bytes)")
      }
      return ZoneRecord(text, selector: selector, domain: domain)
    } catch let error as KeyRecordError {
      throw CommandFailure(.usage, "\(error)")
    }
  }

  private func show(_ record: ZoneRecord, _ forms: [RecordForm]) throws {
    for form in forms { try Console.write(Array(form.text(of: record, absolute: appendDomain).utf8)) }
  }

  private func warnAboutOptions() {
    if type == .ed25519, bits != nil { warn("Ed25519 keys have a fixed size; -b is ignored") }
    if type == .rsa, let bits, bits < 2048 {
      warn("RFC 8301 recommends at least 2048 bits; receivers may reject signatures by a key of \(bits) bits")
    }
    if type == .rsa, let bits, bits > 4096 {
      warn("receivers need not support keys above 4096 bits (RFC 8301); 2048 bits are enough")
    }
    if let words = hashAlgorithms?.words, !words.contains("sha256") {
      warn("h= does not include sha256; current signatures cannot be verified with this key")
    }
    if testmode { warn("t=y: receivers treat your mail as unsigned; omit -t when testing is finished") }
  }

  private func warn(_ text: String) { Console.report("warning: " + text) }

  private func say(_ text: String) {
    if verbose > 0 { Console.report(text) }
  }
}
