import DKIMCore
import Synchronization

/// One caller that waits for an answer. It is answered once, whoever comes first: the answer or the cancellation.
final class Waiter: Sendable {
  private struct State {
    var continuation: CheckedContinuation<KeyAnswer, Never>?
    var answer: KeyAnswer?
  }

  static let cancelled = KeyAnswer.failure(.unavailable("the look-up was cancelled"))

  private let state = Mutex(State())

  /// True from the moment the caller has its answer or cannot be helped any more.
  var isAnswered: Bool { state.withLock { $0.answer != nil } }

  /// Sets who is to be woken; at once where the answer is there already.
  func wait(_ continuation: CheckedContinuation<KeyAnswer, Never>) {
    let answer = state.withLock { state -> KeyAnswer? in
      if state.answer == nil { state.continuation = continuation }
      return state.answer
    }
    if let answer { continuation.resume(returning: answer) }
  }

  /// Does nothing where the waiter had an answer before; else calls `first` and wakes the caller.
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
