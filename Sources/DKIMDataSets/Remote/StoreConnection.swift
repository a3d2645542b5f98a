internal import DKIMConfiguration

/// A connection to where rows are kept: a server, a script, a file that a library reads. One thread at a time uses
/// it; calls may block, and end by the deadline. It is closed when it is let go.
///
/// `DataSetError.temporary` means that the connection is of no use any more: it is let go, and the next question
/// opens another one. Anything else that is thrown leaves it as it is.
protocol StoreConnection: AnyObject {
  /// The row with that key; `nil` where there is none.
  func row(for key: String, until deadline: Deadline) throws(DataSetError) -> DataSetRow?
  /// The first `limit` rows. Throws ``DataSetError/notWalkable`` where the kind cannot tell.
  func rows(limit: Int, until deadline: Deadline) throws(DataSetError) -> [DataSetRow]
}

extension StoreConnection {
  func rows(limit: Int, until deadline: Deadline) throws(DataSetError) -> [DataSetRow] { throw .notWalkable }
}

/// Opens a connection by the deadline: logs in, and finds out whether the rows can be asked for at all. Throws
/// `DataSetError.unusable` for what no waiting mends, such as a wrong password.
typealias StoreOpener = @Sendable (_ deadline: Deadline) throws(DataSetError) -> any StoreConnection
