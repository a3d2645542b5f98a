@testable import DKIMCore
import Synchronization
import TestSupport
import Testing

extension MailHouse {
  /// The house of the suite.
  static var here: MailHouse {
    get throws { try #require(current, "the suite has no house") }
  }

  private static let numbers = Mutex(0)

  /// A unique local part.
  static func name(_ prefix: String = "mail") -> String {
    numbers.withLock {
      $0 += 1
      return "\(prefix)\($0)"
    }
  }

  /// Submits a message at `door`.
  func send(
    _ message: [UInt8], to name: String, _ door: Door, _ socket: MilterSocket, from sender: String = "alice@ours.test",
    parameters: String = "BODY=8BITMIME", client: String = ""
  ) async throws -> SMTPResult {
    let envelope = SMTPEnvelope(
      port: postfix(socket).port(door), sender: sender, recipients: [name + "@elsewhere.test"], parameters: parameters,
      client: client)
    return try await self.client.send(message, envelope)
  }

  /// Submits an internal message, which has to be accepted, and returns it as delivered.
  func submit(
    _ message: [UInt8], _ socket: MilterSocket, door: Door = .submission, from sender: String = "alice@ours.test",
    parameters: String = "BODY=8BITMIME", client: String = ""
  ) async throws -> DeliveredMail {
    let name = Self.name()
    let result = try await send(
      message, to: name, door, socket, from: sender, parameters: parameters, client: client)
    guard result.isAccepted else { throw ChildProcess.Failure("\(result.step): \(result.reply)") }
    return try await sink.take(name)
  }

  /// Sends an external message, which has to be accepted, and returns it as delivered.
  func receive(_ message: [UInt8], _ socket: MilterSocket) async throws -> DeliveredMail {
    try await submit(message, socket, door: .exchange, from: "bob@remote.test", client: SMTPEnvelope.outsider)
  }

  /// A load of internal messages, or of the external `message`.
  func load(_ name: String, count: Int, sessions: Int, _ door: Door, _ socket: MilterSocket) async throws
    -> SMTPClient.Load
  {
    try await client.begin(
      name, MailText.ours("load @NUMBER@"), SMTPEnvelope(port: postfix(socket).port(door)), count: count,
      sessions: sessions)
  }

  /// Returns the delivered messages of a load. Every accepted message has to be delivered exactly once.
  func collect(_ name: String, _ load: LoadResult) async throws -> [String: DeliveredMail] {
    let accepted = load.accepted
    try await eventually("\(accepted.count) messages of \(name) arrive", within: .seconds(120)) {
      try self.sink.count(name) >= accepted.count
    }
    let found = try sink.takeAll(name)
    #expect(accepted.isSubset(of: found.keys), "accepted and lost: \(accepted.subtracting(found.keys))")
    for (recipient, mail) in found where accepted.contains(recipient) {
      #expect(mail.count == 1, "\(recipient) got \(mail.count)")
    }
    return found.compactMapValues(\.first)
  }

  /// A message with a signature of remote.test above it.
  func signed(
    _ message: [UInt8], selector: String = "good", domain: String = "remote.test", lifetime: UInt64? = nil,
    at time: UInt64 = InteropCase.now()
  ) throws -> [UInt8] {
    let request = try SigningRequest(
      domain: try DomainName(domain), selector: try Selector(selector), key: zones.foreign,
      lifetime: lifetime.map { .seconds(Int64($0)) })
    return try Signer([request]).sign(message, at: Timestamp(time)).flatMap(\.bytes) + message
  }
}
