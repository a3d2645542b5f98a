internal import DKIMCore
internal import SystemSupport

/// Opens the text kinds: lists, files and pattern files.
enum TextDrivers {
  static func list(_ request: DataSetRequest) async throws(DataSetOpenError) -> any DataSet {
    TextDataSet(
      specification: request.specification, table: TextRows(list: request.name, location: request.location),
      isCaseSensitive: request.options.caseSensitive)
  }

  static func file(_ request: DataSetRequest) async throws(DataSetOpenError) -> any DataSet {
    TextDataSet(
      specification: request.specification, table: try lines(of: request),
      isCaseSensitive: request.options.caseSensitive)
  }

  static func patterns(_ request: DataSetRequest) async throws(DataSetOpenError) -> any DataSet {
    let table = try lines(of: request)
    do throws(PatternDataSet.BadRow) {
      return try PatternDataSet(
        specification: request.specification, table: table, isCaseSensitive: request.options.caseSensitive)
    } catch {
      throw request.error(
        .row(
          error.location ?? FileLocation(file: request.path),
          found: "the pattern \(PrintableText.quoted(error.pattern)) has \(error.error.found)",
          expected: "an extended regular expression, in which * matches any text and a dot matches only a dot"))
    }
  }

  private static func lines(of request: DataSetRequest) throws(DataSetOpenError) -> TextRows {
    guard !request.name.isEmpty else { throw request.error(.noName(request.kind)) }
    do throws(FileProblem) {
      // Positions in the file are stored in 32 bits.
      let limit = min(request.options.maximumFileSize, Int(UInt32.max))
      return TextRows(lines: try SizeLimitedFile.read(request.path, limit: limit), file: request.path)
    } catch {
      throw request.error(.file(error))
    }
  }
}
