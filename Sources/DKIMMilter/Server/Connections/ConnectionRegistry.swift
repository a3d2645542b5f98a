import NIOCore
import Synchronization

/// The open connections, up to a maximum number.
final class ConnectionRegistry: Sendable {
  private struct State {
    var channels: [ObjectIdentifier: any Channel] = [:]
    var isClosing = false
  }

  let maximum: Int
  private let state = Mutex(State())

  init(maximum: Int) { self.maximum = maximum }

  var count: Int { state.withLock { $0.channels.count } }

  enum Admission: Sendable, Hashable {
    case taken
    /// The maximum number of connections is open.
    case full
    /// No new connections are accepted because the server is stopping.
    case closing
  }

  func add(_ channel: any Channel) -> Admission {
    let admission = state.withLock { state in
      guard !state.isClosing else { return Admission.closing }
      guard state.channels.count < maximum else { return .full }
      state.channels[ObjectIdentifier(channel)] = channel
      return .taken
    }
    if admission == .taken { channel.closeFuture.whenComplete { _ in self.remove(channel) } }
    return admission
  }

  private func remove(_ channel: any Channel) {
    _ = state.withLock { $0.channels.removeValue(forKey: ObjectIdentifier(channel)) }
  }

  /// Refuses new connections, and ends each open one after its current message.
  func quiesce() {
    for channel in close() { channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent()) }
  }

  /// Closes all connections immediately and returns how many there were.
  func closeAll() -> Int {
    let channels = close()
    for channel in channels { channel.close(promise: nil) }
    return channels.count
  }

  private func close() -> [any Channel] {
    state.withLock { state in
      state.isClosing = true
      return Array(state.channels.values)
    }
  }
}
