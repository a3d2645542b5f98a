public import DKIMCore

/// Key records from a file of `NAME TXT-DATA` lines; no network.
///
/// The name ends at the first blank; what follows is the record: as it stands to the end of the line, or as
/// `"..." "..."`, joined, with `\"`, `\\` and `\DDD` as in zone files. Several lines of one name are several
/// records. Empty lines and lines that begin with `#` do not count. A row with a name that DNS cannot carry is skipped.
public struct KeyFileSource: PublicKeySource {
  /// The longest file that is read, in octets.
  public static let sizeLimit = 64 * 1024 * 1024

  /// The rows that were skipped, as errors with their lines.
  public let skippedRows: [KeyFileError]
  private let table: FixedKeySource

  /// Reads the whole file once.
  ///
  /// - Throws: ``KeyFileError`` with the line, what was found there and what was expected.
  public init(path: String) throws(KeyFileError) {
    let octets: [UInt8]
    do throws(FileReadError) {
      octets = try FileOctets.read(path, limit: Self.sizeLimit)
    } catch {
      throw .unreadable(path: path, reason: error.reason)
    }
    try self.init(octets, path: path)
  }

  /// Reads `octets` as such a file; `path` is its name in errors.
  ///
  /// - Throws: ``KeyFileError/line(path:line:found:expected:)``
  public init(_ octets: [UInt8], path: String) throws(KeyFileError) {
    let (rows, skipped) = try KeyFile.table(octets, path: path)
    table = FixedKeySource(rows)
    skippedRows = skipped
  }

  /// The records of the name; `.noSuchName` where the file does not have it.
  public func answer(_ query: KeyQuery) async -> KeyAnswer { await table.answer(query) }
}

/// Why a file gives no keys.
public enum KeyFileError: Error, Sendable, Hashable {
  case unreadable(path: String, reason: String)
  /// `line` counts from 1.
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
