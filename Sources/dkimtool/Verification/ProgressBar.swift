import Glibc
import SystemPackage
import SystemSupport

/// A line on standard error that shows the progress of a run, if standard error is a terminal.
struct ProgressBar: Sendable {
  private static let interval: Int64 = 100_000_000
  private static let width = 30

  /// The number of files.
  private let total: Int
  private var shownAt: Int64 = 0
  private var isVisible = false

  /// Returns `nil` if standard error is not a capable terminal, or there is only one file.
  init?(total: Int) {
    guard total > 1, isatty(2) == 1, Console.environment("TERM") != "dumb" else { return nil }
    self.total = total
    shownAt = MonotonicClock.nanoseconds
  }

  /// Shows the progress, at most ten times a second.
  ///
  /// - Parameter done: the number of finished messages.
  mutating func show(done: Int) {
    let now = MonotonicClock.nanoseconds
    guard now - shownAt >= Self.interval else { return }
    shownAt = now
    isVisible = true
    let filled = min(done, total) * Self.width / total
    let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: Self.width - filled)
    let count = done <= total ? "\(done)/\(total)" : "\(done)"
    Self.write("\r[\(bar)] \(count)\u{1B}[K")
  }

  mutating func erase() {
    guard isVisible else { return }
    isVisible = false
    Self.write("\r\u{1B}[K")
  }

  private static func write(_ text: String) {
    _ = try? FileDescriptor.standardError.writeAll(Array(text.utf8))
  }
}
