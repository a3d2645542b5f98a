@testable import DKIMCore

/// A running peer, which signs and verifies with the published keys.
final class Peer {
  let kind: PeerKind
  private let process: PeerProcess
  private var published: [String: String] = [:]

  init(_ kind: PeerKind) throws {
    self.kind = kind
    process = try kind.start()
  }

  /// The peer's result for each signature from the top: `pass`, or a text that begins with `fail`.
  func verify(_ message: [UInt8], keys: [String: String]) throws -> [String] {
    for (name, record) in keys where published[name] != record {
      published[name] = record
      _ = try process.ask(["key", name, record].map { Array($0.utf8) })
    }
    return try process.ask([Array("verify".utf8), message]).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The signature field, with its CRLF.
  func sign(_ message: GeneratedMessage, _ plan: SignaturePlan, at time: UInt64) throws -> [UInt8] {
    var request = [Array("sign".utf8)] + plan.request
    func add(_ name: String, _ value: String) { request += [Array(name.utf8), Array(value.utf8)] }
    if let names = names(for: message, plan) { add("h", names.joined(separator: ":")) }
    if let identity = plan.identity { add("i", Self.encoded(identity)) }
    if plan.isOversigned { add("oversign", "1") }
    if let lifetime = plan.lifetime {
      add("x", String(time + lifetime))
      add("ttl", String(lifetime))
    }
    if plan.bodyShare != nil { add("l", kind == .libopendkim ? "100000000" : "1") }
    if plan.copiesHeaders { add("z", "1") }
    request += [Array("message".utf8), message.bytes]
    return try process.ask(request).first ?? []
  }

  /// `nil` lets the peer choose.
  private func names(for message: GeneratedMessage, _ plan: SignaturePlan) -> [String]? {
    // dkimpy refuses to sign these.
    let unwanted: Set = ["received", "comments", "keywords"]
    var names = message.names.map { $0.lowercased() }.filter { !unwanted.contains($0) }
    switch plan.names {
    case .standard: return nil
    case .all: break
    case .subset: names = names.enumerated().filter { $0.offset % 2 == 0 || $0.element == "from" }.map(\.element)
    }
    if kind == .dkimpy { return plan.isOversigned ? names + ["from", "x-absent", "subject"] : names }
    return Array(Set(names)).sorted()
  }

  /// Encodes dkim-quoted-printable, which no peer does itself. // RFC 6376 §2.11
  private static func encoded(_ identity: Identity) -> String {
    String(decoding: QuotedPrintable.encode(Array(identity.localPart.utf8)), as: UTF8.self) + "@"
      + identity.domain.text
  }
}
