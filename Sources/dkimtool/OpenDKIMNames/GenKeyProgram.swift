import ArgumentParser
import DKIMConfiguration
import DKIMCore
import DKIMDiagnostics
import Glibc
import SystemPackage

/// `opendkim-genkey`: generates a key and its record, with the options, files and messages of the original script.
struct GenKeyProgram {
  private let options: PerlOptions
  private var bits = 2048
  private var domain = "localhost"
  private var directory = "."
  private var hashAlgorithms = "sha256"
  private var note: String?
  private var selector = GenKeyArguments.standardSelector
  private var kind = KeyKind.rsa
  private var isRestricted = false
  private var coversSubdomains = true
  private var isStrict = false
  private var isTesting = false
  private var appendsDomain = false
  private var isVerbose = false
  private var wantsHelp = false
  private var wantsVersion = false
  private var unknownType: String?

  private static let known: [(names: [String], kind: PerlOptions.Kind)] = [
    (["append-domain", "a"], .switchable), (["bits", "b"], .integer), (["directory", "D"], .string),
    (["domain", "d"], .string), (["hash-algorithms", "h"], .string), (["help"], .switchable),
    (["note", "n"], .string), (["restrict", "r"], .switchable), (["selector", "s"], .string), (["S"], .switchable),
    (["subdomains"], .switchable), (["testmode", "t"], .switchable), (["verbose", "v"], .counter),
    (["version", "V"], .switchable),
    // Not in the script.
    (["ed25519"], .flag), (["type"], .string),
  ]

  init(_ arguments: [String]) {
    options = PerlOptions(arguments, options: Self.known)
    for given in options.given {
      switch given.value {
      case .on(let isOn): set(given.option, isOn)
      case .text(let text): set(given.option, text)
      case .number(let number): bits = number
      }
    }
  }

  private mutating func set(_ option: String, _ isOn: Bool) {
    switch option {
    case "append-domain": appendsDomain = isOn
    case "restrict": isRestricted = isOn
    case "S": isStrict = isOn
    case "subdomains": coversSubdomains = isOn
    case "testmode": isTesting = isOn
    case "verbose": isVerbose = true
    case "version": wantsVersion = isOn
    case "ed25519": kind = .ed25519
    default: wantsHelp = isOn
    }
  }

  private mutating func set(_ option: String, _ text: String) {
    switch option {
    case "directory": directory = text
    case "domain": domain = text
    case "hash-algorithms": hashAlgorithms = text
    case "note": note = text
    case "type":
      guard let kind = KeyKind(rawValue: text.lowercased()) else { return unknownType = text }
      self.kind = kind
    default: selector = text
    }
  }

  /// - Returns: the exit status.
  func run() throws -> Int32 {
    guard options.errors.isEmpty, !wantsHelp, unknownType == nil else {
      let type = unknownType.map { ["Value \"\($0)\" invalid for option type (rsa or ed25519 expected)"] } ?? []
      throw ProgramEnd(wantsHelp ? 0 : 1, lines: options.errors + type + usage)
    }
    if wantsVersion {
      // The version of OpenDKIM whose options these are: scripts look for it.
      try Console.print("\(Console.programName) v2.11.0")
      return 0
    }
    guard chdir(directory) == 0 else {
      throw ProgramEnd(2, "\(directory): chdir(): \(Errno(rawValue: errno))")
    }
    do {
      try makeKey()
    } catch let failure as CommandFailure {
      throw ProgramEnd(1, failure.message)
    }
    return 0
  }

  private func makeKey() throws {
    say("generating private key")
    if bits < 1024 { Console.report("WARNING: RFC6376 advises minimum 1024-bit keys") }
    let key: SigningKey
    do {
      if kind == .rsa { _ = try GenKeyArguments.bits("\(bits)") }
      key = try SigningKey.generate(kind.keyType, bits: bits)
    } catch {
      let text = (error as? SigningKeyError)?.textWithFix ?? "\(error)"
      throw ProgramEnd(1, (error as? ValidationError)?.message ?? "cannot generate the key: \(text)")
    }
    let files = KeyPairFiles(key, try record(of: key), base: selector, absolute: appendsDomain)
    let old = try files.replaceKeepingOld()
    for name in old { say("old file kept as \(name)") }
    say("private key written to \(files.key.path)")
    say("extracting public key")
    say("DNS TXT record written to \(files.record.path)")
  }

  private func record(of key: SigningKey) throws -> ZoneRecord {
    let name: Selector
    do { name = try Selector(selector) } catch {
      throw ProgramEnd(1, PrintableText.escaped("invalid selector \"\(selector)\": \(error)"))
    }
    do throws(KeyRecordError) {
      let text = try PublishableKeyRecord(
        key, hashAlgorithms: hashAlgorithms.isEmpty ? nil : hashAlgorithms.split(separator: ":").map(String.init),
        services: isRestricted ? ["email"] : nil,
        flags: (isTesting ? ["y"] : []) + (isStrict || !coversSubdomains ? ["s"] : []),
        notes: note.map { "\"\($0)\"" })
      // The dot at the end of a full name is not part of the domain.
      let typed = domain.hasSuffix(".") ? String(domain.dropLast()) : domain
      guard let whole = try? DomainName(typed) else { return ZoneRecord(text, selector: name, unchecked: domain) }
      return ZoneRecord(text, selector: name, domain: whole)
    } catch {
      throw ProgramEnd(1, PrintableText.escaped("\(error)"))
    }
  }

  private func say(_ text: String) {
    if isVerbose { Console.report(text) }
  }

  private var usage: [String] {
    let name = Console.programName
    return [
      "\(name): usage: \(name) [options]",
      "\t--append-domain        include domain name in zone file stub",
      "\t--bits=n               use n bits to generate the key",
      "\t--directory=path       leave output in the named directory",
      "\t--domain=name          generate data for the named domain [\(domain)]",
      "\t--hash-algorithms=list limit to use of the named algorithm(s)",
      "\t--help                 print help and exit",
      "\t--note=string          include specified note in zone data",
      "\t--restrict             restrict key to email use only",
      "\t--selector=name        selector name [\(selector)]",
      "\t--subdomains           allow signing of subdomains",
      "\t--testmode             indicate key is in test mode",
      "\t--verbose              increased output",
      "\t--version              print version and exit",
    ]
  }
}
