import DKIMConfiguration
import DKIMCore
import DKIMMilter
import Milter
import NIOCore
import Synchronization

/// A filter with its configuration, a client and published keys, which turns messages into verdicts.
struct FilterScene {
  var configuration = Configuration()
  var client = ClientInfo(hostName: "mail.remote.test", address: IPAddress("198.51.100.66"))
  var answers: [String: KeyAnswer] = [:]
  var macros = ["i": "4ABCDEF", "j": "mx.example.org"]
  /// Whether the MTA sends header values with the space after the colon.
  var leadingSpace = true
  static let time = Timestamp(1_780_000_000)

  /// An internal client.
  static let inside = ClientInfo(hostName: "localhost", address: IPAddress("127.0.0.1"))

  /// A message whose lines end with LF; they are converted to CRLF.
  struct Mail {
    var fields: [(name: String, value: String)]
    var body: String
    var sender = "<alice@example.com>"
    var recipients = ["<bob@example.net>"]

    init(_ text: String) {
      let cut = text.components(separatedBy: "\n\n")
      fields = []
      for line in cut.head.split(separator: "\n") {
        if line.first == "\t" || line.first == " " {
          fields[fields.count - 1].value += "\n" + line
        } else {
          let colon = line.firstIndex(of: ":") ?? line.endIndex
          fields.append((String(line[..<colon]), String(line[colon...].dropFirst())))
        }
      }
      body = String(cut.tail).replacing("\n", with: "\r\n")
    }

    /// The message as it is transmitted.
    var bytes: [UInt8] {
      let header = fields.map { "\($0.name):\($0.value.replacing("\n", with: "\r\n"))\r\n" }.joined()
      return Array((header + "\r\n" + body).utf8)
    }

    /// Inserts signatures at the top.
    func signed(_ requests: [SigningRequest], at time: Timestamp = FilterScene.time) throws -> Mail {
      var signed = self
      for field in try Signer(requests).sign(bytes, at: time).reversed() {
        let value = String(decoding: field.value, as: UTF8.self).replacing("\r\n", with: "\n")
        signed.fields.insert((SignatureField.name, value), at: 0)
      }
      return signed
    }
  }

  static let plain = Mail(
    "From: Alice <alice@example.com>\nTo: bob@example.net\nSubject: Hi\nDate: Sat, 21 Nov 2026 12:00:00 +0000\n\n"
      + "Hello\n")

  /// Creates a signing request with a new key.
  static func request(
    _ domain: String = "example.com", _ selector: String = "sel", type: KeyType = .ed25519, bits: Int = 1024
  ) throws -> SigningRequest {
    try SigningRequest(
      domain: try DomainName(domain), selector: try Selector(selector), key: try SigningKey.generate(type, bits: bits))
  }

  mutating func publish(_ request: SigningRequest, flags: String = "", secure: Bool = false) throws {
    let text = try PublishableKeyRecord(request.key).text
    let record = flags.isEmpty ? text : text.replacing("v=DKIM1;", with: "v=DKIM1; \(flags)")
    answers["\(request.selector.asciiForm)._domainkey.\(request.domain.asciiForm)"] =
      .records([Array(record.utf8)], secure: secure)
  }

  func run(_ mail: Mail) async -> Verdict { await run(mail, MailPolicy(configuration, hostName: "host.example.org")) }

  func run(_ mail: Mail, _ policy: MailPolicy) async -> Verdict {
    var message = policy.message(from: client)
    fill(&message, mail)
    let decision = await policy.decide(message.facts)
    switch message.begin(decision, at: Self.time) {
    case .done(let verdict): return verdict
    case .body(let queries, let demand):
      for query in queries {
        message.supply(answers[query.name] ?? .noSuchName(secure: false), for: query)
      }
      if demand == .more {
        let bytes = Array(mail.body.utf8)
        // The body is passed in small chunks, as an MTA may send it.
        for start in stride(from: 0, to: bytes.count, by: 7) {
          _ = message.body(bytes.span.extracting(start..<min(start + 7, bytes.count)))
        }
      }
      var further = message.furtherQueries()
      while !further.isEmpty {
        for query in further { message.supply(answers[query.name] ?? .noSuchName(secure: false), for: query) }
        further = message.furtherQueries()
      }
      return await message.finishWithScript()
    }
  }

  func fill(_ message: inout MessageTransaction, _ mail: Mail) {
    message.mail(from: mail.sender)
    for recipient in mail.recipients { message.recipient(recipient) }
    var macros = MilterMacros()
    for (name, value) in self.macros { macros.set(name, value, .mail) }
    message.setMacros(macros)
    for field in mail.fields {
      var value = field.value
      if !leadingSpace, value.hasPrefix(" ") { value.removeFirst() }
      let name = ByteBuffer(string: field.name)
      let received = MilterHeaderField(name: name, received: ByteBuffer(string: value), includesSpace: leadingSpace)
      message.header(name: name.readableBytesUInt8Span, value: received.exactValue.span)
    }
  }
}

extension String {
  fileprivate func components(separatedBy separator: String) -> (head: Substring, tail: Substring) {
    guard let range = firstRange(of: separator) else { return (self[...], "") }
    return (self[..<range.lowerBound], self[range.upperBound...])
  }
}

extension Verdict {
  /// The inserted fields, as `NAME: VALUE`.
  var inserted: [String] {
    edits.compactMap {
      guard case .insertHeader(_, let name, let value) = $0 else { return nil }
      return "\(name): \(String(decoding: value, as: UTF8.self))"
    }
  }

  /// The numbers of the deleted fields of that name, in order.
  func deleted(_ name: String) -> [UInt32] {
    edits.compactMap {
      guard case .deleteHeader(let found, let occurrence) = $0, found == name else { return nil }
      return occurrence
    }
  }

  /// The Authentication-Results field, unfolded.
  var results: String? {
    inserted.first { $0.hasPrefix("Authentication-Results:") }?.replacing("\n\t", with: " ")
  }

  var lines: [String] { log.map(\.text) }
}

/// Data sets for configurations in tests.
enum Lists {
  static func hosts(_ list: String) async throws -> HostList { HostList(try await set(list)) }
  static func members(_ list: String) async throws -> MembershipList { MembershipList(try await set(list)) }
  static func set(_ list: String) async throws -> any DataSet { try await DataSets.open("csl:" + list, location: nil) }

  /// A data set whose lookups always fail.
  struct Broken: DataSet {
    let specification = "broken"
    func rows(for key: String, all: Bool) async throws(DataSetError) -> [DataSetRow] { throw .temporary("it is down") }
    func allRows(limit: Int) async throws(DataSetError) -> [DataSetRow] { throw .temporary("it is down") }
  }

  /// An empty data set whose lookups are slow.
  final class Slow: DataSet {
    let specification = "slow"
    let questions = Atomic(0)
    func rows(for key: String, all: Bool) async throws(DataSetError) -> [DataSetRow] {
      questions.add(1, ordering: .relaxed)
      // This is like a server that does not notice that the lookup was canceled.
      await withCheckedContinuation { done in
        Task.detached {
          try? await Task.sleep(for: .milliseconds(50))
          done.resume()
        }
      }
      return []
    }
    func allRows(limit: Int) async throws(DataSetError) -> [DataSetRow] { [] }
  }

  /// Rows in memory, each found by its key.
  struct Rows: DataSet {
    let specification = "rows"
    let rows: [(key: String, value: String)]

    func rows(for key: String, all: Bool) async throws(DataSetError) -> [DataSetRow] {
      let found = rows.enumerated().filter { $0.element.key == key }.map { number, row in
        DataSetRow(key: row.key, value: .text(row.value), location: FileLocation(file: "table", line: number + 1))
      }
      return all ? found : Array(found.prefix(1))
    }

    func allRows(limit: Int) async throws(DataSetError) -> [DataSetRow] {
      rows.map { DataSetRow(key: $0.key, value: .text($0.value), location: nil) }
    }
  }
}

extension FilterScene {
  /// Signs for example.com with one key, from this machine.
  static func signing(
    with request: SigningRequest, domains: String = "example.com", subDomains: Bool = false
  ) async throws -> FilterScene {
    var scene = FilterScene()
    scene.client = inside
    scene.configuration.signing.keys = .single(
      .init(
        domains: try await Lists.members(domains), subDomains: subDomains, selector: request.selector,
        key: .inline(Array((request.key.local?.pem ?? "").utf8))))
    return scene
  }

  /// Signs by tables, from this machine; a row of the key table is `DOMAIN:SELECTOR`.
  static func signing(
    table: [(String, String)], keys: [(name: String, domain: String, request: SigningRequest)]
  ) -> FilterScene {
    var scene = FilterScene()
    scene.client = inside
    let signing = SigningTable(Lists.Rows(rows: table.map { (key: $0.0, value: $0.1) }))
    let table = KeyTable(
      Lists.Rows(
        rows: keys.map {
          let lines = $0.request.key.local?.pem.split(separator: "\n") ?? []
          let pem = lines.filter { !$0.hasPrefix("-") }.joined()
          return (key: $0.name, value: "\($0.domain):\($0.request.selector):\(pem)")
        }))
    scene.configuration.signing.keys = .tables(signing, table)
    return scene
  }
}
