internal import DKIMConfiguration

/// A connection to a store of rows: a server, a script, or a file that a library reads. One thread at a time uses it.
/// Calls may block, but return by the deadline. The connection closes when it is deallocated.
///
/// `DataSetError.temporary` means that the connection can no longer be used: it is released, and the next lookup opens
/// a new one. After any other error the connection stays usable.
protocol StoreConnection: AnyObject {
  /// Returns the row with the given key; `nil` if it does not exist.
  func row(for key: String, until deadline: Deadline) throws(DataSetError) -> DataSetRow?
  /// Returns the first `limit` rows. Throws ``DataSetError/notWalkable`` if this kind of store cannot list its rows.
  func rows(limit: Int, until deadline: Deadline) throws(DataSetError) -> [DataSetRow]
}

extension StoreConnection {
  func rows(limit: Int, until deadline: Deadline) throws(DataSetError) -> [DataSetRow] { throw .notWalkable }
}

/// Opens a connection by the deadline: logs in, and checks that the rows can be read. Throws `DataSetError.unusable`
/// for errors that waiting does not fix, such as a wrong password.
typealias StoreOpener = @Sendable (_ deadline: Deadline) throws(DataSetError) -> any StoreConnection
