import ArgumentParser
import DKIMCore
import DKIMDNS

/// `dkimtool testkey`: what is published for a selector, and whether it fits the private key.
struct TestKeyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "testkey",
    abstract: "Check a published key, alone or against its private key.",
    discussion: """
      Looks up the key record as a receiver does. Silent where all is well; words, streams and exit codes are those \
      of opendkim-testkey, with "dkimtool: " before the words. What makes a key useless and what is unwise about it \
      is always said, and how to mend it in a line that begins with "dkimtool: to mend: ".

      -v says "key secure" or "key not secure" (DNSSEC) and notes; -v -v also what is done; -v -v -v also "key OK" \
      on standard output.

      Ends with 0 where the key can be used; 65 where the keys do not match; 69 where there is no record, no answer, \
      no usable record or no usable private key; 71 where the private key is not there; 78 without a domain or a \
      selector.

      EXAMPLES
        dkimtool testkey -d example.com -s 2026 -k 2026.private -vvv
        dkimtool testkey -d example.com -s 2026 --nameserver 192.0.2.1 -v
        dkimtool testkey -d example.com -s 2026 -k 2026.private --keys records.txt
      """
  )

  @Option(name: [.customShort("d", allowingJoined: true), .long], help: "The domain that signs (d=).")
  var domain: String?

  @Option(name: [.customShort("s", allowingJoined: true), .long], help: "The selector (s=).")
  var selector: String?

  @Option(
    name: [.customShort("k", allowingJoined: true), .long],
    help: "The private key; without it only the record is looked at.", completion: .file())
  var key: String?

  @OptionGroup
  var keySource: KeySourceOptions

  @Flag(name: .shortAndLong, help: "Say more; up to three times.")
  var verbose: Int

  func run() async throws {
    try await reportingFailures {
      let query = try query()
      let privateKey = try key.map(loadKey)
      say(2, "checking key '\(query.name)'")
      let source = try keySource.lookup().source
      let answer = await source.answer(query)
      let check = KeyCheck(query, answer, privateKey: privateKey)
      if let secure = check.isSecure { say(1, secure ? "key secure" : "key not secure") }
      for finding in check.findings { try tell(finding) }
      if case .noSuchName = answer { await lookBelowItself(query, source) }
      if check.status == .success, verbose >= 3 { try Console.print("dkimtool: key OK") }
      return check.status
    }
  }

  private func query() throws -> KeyQuery {
    guard let domain, let selector else {
      throw CommandFailure(
        .configuration, "a domain (-d) and a selector (-s) are needed\nUsage: dkimtool \(Self.usageString())")
    }
    let name: (DomainName, Selector)
    do {
      name = (try DomainName(domain), try Selector(selector))
    } catch {
      throw CommandFailure(.configuration, SafeText.escaped("the domain or the selector \(error)"))
    }
    guard let query = KeyQuery(domain: name.0, selector: name.1) else {
      throw CommandFailure(
        .configuration, "\(name.1)._domainkey.\(name.0) is longer than a DNS name can be (253 octets)")
    }
    return query
  }

  private func loadKey(_ path: String) throws -> SigningKey {
    let file = try TestedKeyFile(path)
    if file.isOpenToOthers {
      Console.complain("\(path): WARNING: unsafe permissions")
      Console.complain("to mend: chmod 600 \(Shell.quoted(path))")
    }
    let key: SigningKey
    do { key = try SigningKey(file.contents) } catch {
      throw CommandFailure(.unavailable, "\(path): \(error)")
    }
    say(2, "key loaded from \(path)")
    return key
  }

  private func tell(_ finding: Finding) throws {
    switch finding.grade {
    case .mismatch: try Console.print("dkimtool: " + finding.words)
    case .failure: Console.complain(finding.words)
    case .warning: Console.complain("warning: " + finding.words)
    case .note: say(1, finding.words)
    }
    if let mend = finding.mend { Console.complain("to mend: " + mend) }
  }

  /// A zone file without the dot at the end of a name publishes below `example.com.example.com`.
  private func lookBelowItself(_ query: KeyQuery, _ source: any PublicKeySource) async {
    guard let twice = try? DomainName("\(query.domain).\(query.domain)"),
      let mistake = KeyQuery(domain: twice, selector: query.selector),
      case .records(let texts, _) = await source.answer(mistake), !texts.isEmpty
    else { return }
    Console.complain("there is a record at '\(mistake.name)'")
    Console.complain("to mend: end the name in the zone file with a dot, or leave the domain out of it")
  }

  private func say(_ level: Int, _ text: String) {
    if verbose >= level { Console.complain(text) }
  }
}
