public import DKIMCore
import SystemSupport

/// A source of key records from a file of `NAME TXT-DATA` lines; does not use the network.
///
/// The name ends at the first space or tab. The record is the literal rest of the line, or the concatenation of `"..."
/// "..."`, with `\"`, `\\` and `\DDD` as in zone files. Several lines with the same name are several records. Empty
/// lines and lines that begin with `#` are ignored. A row whose name is not valid in DNS is skipped.
public struct KeyFileSource: PublicKeySource {
  /// The maximum size of the file, in bytes.
  public static let sizeLimit = 64 * 1024 * 1024

  /// The skipped rows, as errors with line numbers.
  public let skippedRows: [KeyFileError]
  private let table: FixedKeySource

  /// Reads the whole file once.
  ///
  /// - Throws: ``KeyFileError`` with the line number, the text found there and what was expected.
  public init(path: String) throws(KeyFileError) {
    let bytes: [UInt8]
    do throws(FileReadError) {
      bytes = try WholeFile.read(path, limit: Self.sizeLimit)
    } catch {
      throw .unreadable(path: path, reason: error.reason)
    }
    try self.init(bytes, path: path)
  }

  /// Parses the contents of a key file; `path` is its name in errors.
  ///
  /// - Throws: ``KeyFileError/line(path:line:found:expected:)``
  public init(_ bytes: [UInt8], path: String) throws(KeyFileError) {
    let (rows, skipped) = try KeyFile.table(bytes, path: path)
    table = FixedKeySource(rows)
    skippedRows = skipped
  }

  /// Returns the records of the name; `.noSuchName` if the file does not contain it.
  public func answer(_ query: KeyQuery) async -> KeyAnswer { await table.answer(query) }
}

/// The reason why a key file cannot be used.
public enum KeyFileError: Error, Sendable, Hashable {
  /// The file cannot be read, or is longer than ``KeyFileSource/sizeLimit``.
  case unreadable(path: String, reason: String)
  /// A syntax error; `line` starts at 1.
  case line(path: String, line: Int, found: String, expected: String)
}

extension KeyFileError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unreadable(let path, let reason): "\(path): \(reason)"
    case .line(let path, let line, let found, let expected): "\(path):\(line): found \(found), expected \(expected)"
    }
  }
}
