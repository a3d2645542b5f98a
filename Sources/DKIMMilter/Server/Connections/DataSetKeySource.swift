import DKIMConfiguration
import DKIMCore

/// A source of key records in a data set, looked up by DNS name (`TestDNSData`).
struct DataSetKeySource: PublicKeySource {
  let set: any DataSet

  func answer(_ query: KeyQuery) async -> KeyAnswer {
    do throws(DataSetError) {
      let rows = try await set.rows(for: query.name, all: true)
      if rows.isEmpty { return .noSuchName(secure: false) }
      let records = rows.map { Array(Self.text($0.value).utf8) }.filter { !$0.isEmpty }
      return records.isEmpty ? .noData(secure: false) : .records(records, secure: false)
    } catch {
      return .failure(.unavailable("\(error)"))
    }
  }

  private static func text(_ value: DataSetRow.Value?) -> String {
    switch value {
    case .text(let text)?: text
    case .columns(let columns)?: columns.first.flatMap(\.self) ?? ""
    case nil: ""
    }
  }
}
