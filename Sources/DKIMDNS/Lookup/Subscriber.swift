import DKIMCore
import Synchronization

/// One caller that waits for an answer. It is answered once, by the result or by a cancellation, whichever comes first.
final class Subscriber: Sendable {
  private struct State {
    var continuation: CheckedContinuation<KeyAnswer, Never>?
    var answer: KeyAnswer?
  }

  static let cancelled = KeyAnswer.failure(.unavailable("the lookup was canceled"))

  private let state = Mutex(State())

  /// Whether the caller has been answered or has canceled.
  var isAnswered: Bool { state.withLock { $0.answer != nil } }

  /// Sets the continuation to resume; resumes it immediately if there already is an answer.
  func wait(_ continuation: CheckedContinuation<KeyAnswer, Never>) {
    let answer = state.withLock { state -> KeyAnswer? in
      if state.answer == nil { state.continuation = continuation }
      return state.answer
    }
    if let answer { continuation.resume(returning: answer) }
  }

  /// Answers the waiter: calls `first` and resumes the caller. Does nothing if the waiter was already answered.
  func answer(_ answer: KeyAnswer, first: () -> Void) {
    let (isFirst, continuation) = state.withLock { state -> (Bool, CheckedContinuation<KeyAnswer, Never>?) in
      guard state.answer == nil else { return (false, nil) }
      state.answer = answer
      return (true, state.continuation.take())
    }
    guard isFirst else { return }
    first()
    continuation?.resume(returning: answer)
  }
}
