/// How a data set is to be opened.
public struct DataSetOptions: Sendable, Hashable {
  /// Whether letter case counts in keys and patterns. (It does in `KeyTable`, `MTA` and `MacroList` only.) ASCII
  /// letters are meant; others always count.
  public var caseSensitive: Bool
  /// `BaseDirectory`: where relative paths begin; `nil`: the current directory.
  public var baseDirectory: String?
  /// A longer file is refused; octets.
  public var maximumFileSize: Int

  public init(caseSensitive: Bool = false, baseDirectory: String? = nil, maximumFileSize: Int = 256 << 20) {
    self.caseSensitive = caseSensitive
    self.baseDirectory = baseDirectory
    self.maximumFileSize = maximumFileSize
  }
}
