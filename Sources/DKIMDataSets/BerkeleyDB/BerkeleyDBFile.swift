#if BerkeleyDB
  internal import CBerkeleyDB
  internal import DKIMConfiguration
  internal import Glibc

  /// An open database of the library. It is `Sendable` because it is opened with `DB_THREAD`, which makes it
  /// thread-safe.
  @safe final class BerkeleyDBFile: @unchecked Sendable {
    /// An error code of the library.
    struct Failure: Error, CustomStringConvertible {
      let number: CInt

      var description: String {
        guard let text = unsafe db_strerror(number) else { return "error \(number)" }
        return unsafe String(cString: text)
      }
    }

    private let handle: UnsafeMutablePointer<DB>

    private static let cacheLimit = 64 << 20

    /// - Parameter size: size of the file in bytes.
    init(path: String, size: Int) throws(Failure) {
      var created: UnsafeMutablePointer<DB>?
      try Self.check(unsafe db_create(&created, nil, 0))
      guard let handle = unsafe created else { throw Failure(number: ENOMEM) }
      unsafe self.handle = unsafe handle
      // Messages of the library are discarded; it would write them to standard error.
      unsafe handle.pointee.set_errcall?(handle) { _, _, _ in }
      unsafe handle.pointee.set_msgcall?(handle) { _, _ in }
      let cache = UInt32(min(max(size, 1 << 18), Self.cacheLimit))
      try Self.check(unsafe handle.pointee.set_cachesize?(handle, 0, cache, 1))
      try Self.check(
        unsafe handle.pointee.open?(handle, nil, path, nil, DB_UNKNOWN, UInt32(DB_RDONLY | DB_THREAD), 0))
    }

    deinit { _ = unsafe handle.pointee.close?(handle, 0) }

    /// Returns the value of a key; the first one if there are several.
    func value(of key: Span<UInt8>) throws(DataSetError) -> String? {
      try unsafe key.withUnsafeBytes { bytes throws(DataSetError) in try unsafe value(of: bytes) }
    }

    private func value(of key: UnsafeRawBufferPointer) throws(DataSetError) -> String? {
      var (wanted, found) = unsafe (DBT(), DBT())
      unsafe wanted.data = UnsafeMutableRawPointer(mutating: key.baseAddress)
      unsafe wanted.size = UInt32(clamping: key.count)
      // The library allocates memory for each value, because threads share the handle.
      unsafe found.flags = UInt32(DB_DBT_MALLOC)
      let result = unsafe handle.pointee.get?(handle, nil, &wanted, &found, 0)
      defer { unsafe free(found.data) }
      if result == DB_NOTFOUND { return nil }
      guard result == 0 else { throw Self.error(result) }
      return try unsafe StoredText.read(Self.bytes(found))
    }

    /// Returns the first rows, in the order of the file.
    func rows(limit: Int) throws(DataSetError) -> [DataSetRow] {
      var created: UnsafeMutablePointer<DBC>?
      let result = unsafe handle.pointee.cursor?(handle, nil, &created, 0)
      guard result == 0, let cursor = unsafe created else { throw Self.error(result) }
      var (key, value) = unsafe (DBT(), DBT())
      unsafe key.flags = UInt32(DB_DBT_REALLOC)
      unsafe value.flags = UInt32(DB_DBT_REALLOC)
      defer {
        _ = unsafe cursor.pointee.close?(cursor)
        unsafe free(key.data)
        unsafe free(value.data)
      }
      var rows: [DataSetRow] = []
      while rows.count < limit {
        let result = unsafe cursor.pointee.get?(cursor, &key, &value, UInt32(DB_NEXT))
        if result == DB_NOTFOUND { break }
        guard result == 0 else { throw Self.error(result) }
        rows.append(
          DataSetRow(
            key: try unsafe StoredText.read(Self.bytes(key)),
            value: .text(try unsafe StoredText.read(Self.bytes(value))), location: nil))
      }
      return rows
    }

    private static func bytes(_ item: DBT) -> UnsafeRawBufferPointer {
      unsafe UnsafeRawBufferPointer(start: item.data, count: item.data == nil ? 0 : Int(item.size))
    }

    private static func error(_ result: CInt?) -> DataSetError {
      .unusable("the file cannot be read: \(Failure(number: result ?? EINVAL)); rebuild the file, and reload")
    }

    private static func check(_ result: CInt?) throws(Failure) {
      guard result == 0 else { throw Failure(number: result ?? EINVAL) }
    }
  }
#endif
