import Milter
import MilterPeer
import NIOCore
import NIOPosix

/// The parameters of a load test.
struct Load: Sendable {
  let address: PeerAddress
  let messages: [PeerMessage]
  let client: PeerClient
  /// The number of messages on each connection; if `nil`, messages are sent for `seconds`.
  let count: Int?
  let seconds: Double
  let reconnect: Int?
  let timeout: TimeAmount

  func run(connections: Int, idle: Int, group: any EventLoopGroup) async throws -> LoadReport {
    var silent: [MilterPeer] = []
    for _ in 0..<idle {
      let peer = try await MilterPeer.connect(to: address, group: group, timeout: timeout)
      _ = try await peer.negotiate()
      silent.append(peer)
    }
    let begin = NIODeadline.now()
    let end = count == nil ? begin + .nanoseconds(Int64(seconds * 1e9)) : .distantFuture
    var report = await withTaskGroup(of: LoadReport.self) { tasks in
      for index in 0..<connections {
        tasks.addTask { await one(index, until: end, group) }
      }
      var sum = LoadReport()
      for await part in tasks { sum.add(part) }
      return sum
    }
    report.seconds = Double((NIODeadline.now() - begin).nanoseconds) / 1e9
    for peer in silent { try? await peer.close() }
    return report
  }

  /// Opens one connection after another until the messages are sent.
  private func one(_ index: Int, until end: NIODeadline, _ group: any EventLoopGroup) async -> LoadReport {
    var report = LoadReport()
    var left = count ?? .max
    while left > 0, NIODeadline.now() < end {
      let share = min(left, reconnect ?? .max)
      do {
        let peer = try await MilterPeer.connect(to: address, group: group, timeout: timeout)
        let agreed = try await peer.negotiate()
        let opened = try await peer.open(agreed, as: client)
        guard opened.isAccepted, opened.verdict.letter != .accept else { throw LoadError.client(opened.verdict.letter) }
        let part = try await stream(peer, agreed, first: index, count: share, until: end)
        report.add(part)
        if part.failures > 0 { return report }
        left -= share == .max ? 0 : share
        try await peer.quit()
      } catch {
        report.errors["\(error)", default: 0] += 1
        return report
      }
    }
    return report
  }

  /// Sends messages on one connection, directly on its event loop instead of in a task.
  private func stream(
    _ peer: MilterPeer, _ agreed: PeerAgreement, first: Int, count: Int, until end: NIODeadline
  ) async throws -> LoadReport {
    let scripts = messages.map { PeerScript.message($0, agreed) }
    let stream = try await peer.eventLoop.submit {
      let stream = Stream(peer: peer, scripts: scripts, next: first, left: count, end: end)
      return stream.start()
    }.get()
    return try await stream.get()
  }
}

enum LoadError: Error, CustomStringConvertible {
  case client(MilterReplyLetter)

  var description: String {
    switch self {
    case .client(let letter): "the filter replied \(letter) to CONNECT or HELO; no message was sent"
    }
  }
}

/// The sender of the messages on one connection. Confined to its event loop.
private final class Stream {
  private let peer: MilterPeer
  private let scripts: [PeerScript]
  private let end: NIODeadline
  private let done: EventLoopPromise<LoadReport>
  private var next: Int
  private var left: Int
  private var report = LoadReport()
  private static let abort: ByteBuffer = {
    var bytes = ByteBuffer()
    MilterFrame(.abort).write(into: &bytes)
    return bytes
  }()

  init(peer: MilterPeer, scripts: [PeerScript], next: Int, left: Int, end: NIODeadline) {
    self.peer = peer
    self.scripts = scripts
    self.next = next
    self.left = left
    self.end = end
    done = peer.eventLoop.makePromise()
  }

  func start() -> EventLoopFuture<LoadReport> {
    step()
    return done.futureResult
  }

  private func step() {
    let began = NIODeadline.now()
    guard left > 0, began < end else { return done.succeed(report) }
    left -= 1
    next += 1
    peer.perform(scripts[next % scripts.count]).assumeIsolated().whenComplete { self.ended($0, began) }
  }

  private func ended(_ result: Result<PeerOutcome, any Error>, _ began: NIODeadline) {
    switch result {
    case .success(let outcome):
      report.latencies.append(UInt64((NIODeadline.now() - began).nanoseconds))
      report.verdicts["\(outcome.verdict.letter)", default: 0] += 1
      report.modifications += outcome.modifications.count
      // MTAs send ABORT after each message.
      peer.write(Self.abort)
      step()
    case .failure(let error):
      report.errors["\(error)", default: 0] += 1
      done.succeed(report)
    }
  }
}
