import DKIMDiagnostics
import Synchronization
import SystemPackage

/// A message to verify.
struct InputMessage: Sendable {
  /// The position of its result in the output.
  let position: OutputPosition
  /// The name of the file; for a message of an mbox, `FILE:N`.
  let name: String
  /// The message as it is sent, with CRLF line endings.
  let bytes: [UInt8]
  let isFromMailbox: Bool
}

/// The position of a result in the output: by file, and within an mbox by message. Both count from 0.
struct OutputPosition: Hashable, Sendable {
  let file: Int
  let message: Int
}

/// Hands out the messages of all files to any number of workers. Files are read on demand.
final class MessageSource: Sendable {
  enum Step: Sendable {
    case message(InputMessage)
    /// The file cannot be read. This is its only result, or the last one of an mbox.
    case failure(OutputPosition, name: String, CommandFailure)
    /// The mbox has no message at this position or after it.
    case end(OutputPosition)
  }

  private enum Task {
    case file(Int)
    case mailbox(OpenMailbox)
  }

  private struct State {
    var next = 0
    var mailboxes: [OpenMailbox] = []
    var isStopped = false
  }

  private let paths: [MessagePaths.Found]
  private let state = Mutex(State())

  init(_ paths: [MessagePaths.Found]) {
    self.paths = paths
  }

  /// Stops the source: `next()` then returns `nil`.
  func stop() {
    state.withLock { $0.isStopped = true }
  }

  /// Returns the next step; `nil` if there is nothing left.
  func next() -> Step? {
    while let task = nextTask() {
      switch task {
      case .file(let index):
        if let step = open(index) { return step }
      case .mailbox(let mailbox):
        if let step = mailbox.next() { return step }
        state.withLock { $0.mailboxes.removeAll { $0 === mailbox } }
      }
    }
    return nil
  }

  private func nextTask() -> Task? {
    state.withLock { state in
      guard !state.isStopped else { return nil }
      if let mailbox = state.mailboxes.first { return .mailbox(mailbox) }
      guard state.next < paths.count else { return nil }
      defer { state.next += 1 }
      return .file(state.next)
    }
  }

  /// Opens a file. Returns `nil` if it is an mbox, whose messages are then handed out one by one.
  private func open(_ index: Int) -> Step? {
    let position = OutputPosition(file: index, message: 0)
    switch paths[index] {
    case .unreadable(let path, let reason):
      return .failure(position, name: path, CommandFailure(.noInput, "\(path): \(reason)"))
    case .file(let path):
      do {
        let file = try InputFile.open(path)
        var content: [UInt8] = []
        let isMore = try InputFile.readStart(of: file, path, into: &content)
        if MboxReader.isMbox(content) {
          let mailbox = OpenMailbox(MboxReader(content, rest: file, path), file: index, path: path)
          state.withLock { $0.mailboxes.append(mailbox) }
          return nil
        }
        if isMore { try InputFile.readRest(of: file, path, into: &content) }
        guard !content.isEmpty else { throw CommandFailure(.dataError, "\(path): the file is empty") }
        let bytes = LineEnds.wire(content)
        return .message(InputMessage(position: position, name: path, bytes: bytes, isFromMailbox: false))
      } catch {
        return .failure(position, name: path, CommandFailure(reading: path, error))
      }
    }
  }
}

/// An open mbox whose messages are handed out.
final class OpenMailbox: Sendable {
  private struct State {
    var mailbox: MboxReader
    var count = 0
    var isOver = false
  }

  private let file: Int
  private let path: String
  private let state: Mutex<State>

  init(_ mailbox: MboxReader, file: Int, path: String) {
    self.file = file
    self.path = path
    state = Mutex(State(mailbox: mailbox))
  }

  /// Returns the next message. The end is returned once, then `nil`.
  func next() -> MessageSource.Step? {
    state.withLock { state in
      guard !state.isOver else { return nil }
      let position = OutputPosition(file: file, message: state.count)
      do {
        guard let bytes = try state.mailbox.next() else {
          state.isOver = true
          return .end(position)
        }
        state.count += 1
        let name = "\(path):\(state.count)"
        return .message(InputMessage(position: position, name: name, bytes: bytes, isFromMailbox: true))
      } catch {
        state.isOver = true
        return .failure(position, name: path, CommandFailure(reading: path, error))
      }
    }
  }
}

extension MboxReader {
  /// - Parameter beginning: the part of the file that was read already.
  init(_ beginning: [UInt8], rest file: InputFile.Handle, _ path: String) {
    self.init(beginning, sizeLimit: InputFile.sizeLimit) { count in
      var block: [UInt8] = []
      _ = try InputFile.readBlock(of: file, path, count, into: &block)
      return block
    }
  }
}

extension CommandFailure {
  init(reading path: String, _ error: any Error) {
    self =
      error as? CommandFailure ?? CommandFailure(error is MboxError ? .dataError : .noInput, "\(path): \(error)")
  }
}
