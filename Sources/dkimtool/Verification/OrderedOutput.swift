import Glibc
import Synchronization
import SystemPackage

/// Prints results in the order of the input, regardless of the order in which they become available.
final class OrderedOutput: Sendable {
  /// The output of one message for standard output and standard error.
  struct Entry: Sendable {
    var text: [UInt8] = []
    var errorText: String?
  }

  private struct State {
    var waiting: [OutputPosition: Entry] = [:]
    /// For each file whose number of results is known, that number.
    var ends: [Int: Int] = [:]
    var next = OutputPosition(file: 0, message: 0)
    var buffer: [UInt8] = []
    var done = 0
    var progress: ProgressBar?
    var failure: CommandFailure?
  }

  private static let bufferSize = 1 << 16

  private let state: Mutex<State>
  private let isTerminal = isatty(1) == 1

  init(progress: ProgressBar?) {
    state = Mutex(State(progress: progress))
  }

  /// Prints a result, now or when those before it are complete.
  ///
  /// - Parameter isLast: whether the file has no further results.
  /// - Returns: false if printing has failed, so that further results are useless.
  func deliver(_ entry: Entry, at position: OutputPosition, isLast: Bool) -> Bool {
    state.withLock { state in
      state.waiting[position] = entry
      if isLast { state.ends[position.file] = position.message + 1 }
      state.done += 1
      advance(&state)
      return state.failure == nil
    }
  }

  /// States that the file has no result at this position or after it.
  func end(at position: OutputPosition) {
    state.withLock { state in
      state.ends[position.file] = position.message
      advance(&state)
    }
  }

  /// Prints the remaining output.
  ///
  /// - Throws: `CommandFailure` if printing failed.
  func finish() throws {
    let failure = state.withLock { state in
      flush(&state)
      state.progress?.erase()
      state.progress = nil
      return state.failure
    }
    if let failure { throw failure }
  }

  private func advance(_ state: inout State) {
    while true {
      if let entry = state.waiting.removeValue(forKey: state.next) {
        print(entry, &state)
        state.next = OutputPosition(file: state.next.file, message: state.next.message + 1)
      } else if state.ends[state.next.file] == state.next.message {
        state.ends[state.next.file] = nil
        state.next = OutputPosition(file: state.next.file + 1, message: 0)
      } else {
        break
      }
    }
    if isTerminal || state.buffer.count >= Self.bufferSize { flush(&state) }
    state.progress?.show(done: state.done)
  }

  private func print(_ entry: Entry, _ state: inout State) {
    state.buffer += entry.text
    guard let errorText = entry.errorText else { return }
    flush(&state)
    state.progress?.erase()
    Console.report(errorText)
  }

  private func flush(_ state: inout State) {
    guard !state.buffer.isEmpty, state.failure == nil else { return }
    if isTerminal { state.progress?.erase() }
    do {
      try Console.write(state.buffer)
    } catch {
      state.failure = error as? CommandFailure ?? CommandFailure(.ioError, "standard output: \(error)")
    }
    state.buffer.removeAll(keepingCapacity: true)
  }
}
