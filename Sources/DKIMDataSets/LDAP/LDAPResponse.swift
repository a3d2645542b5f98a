#if LDAP
  internal import CLDAP
  internal import DKIMConfiguration

  /// One message of the server's response to a search.
  @safe final class LDAPResponse {
    private let message: OpaquePointer
    private let library: OpaquePointer
    private let handle: LDAPHandle

    init(_ message: OpaquePointer, in library: OpaquePointer, of handle: LDAPHandle) {
      unsafe self.message = message
      unsafe self.library = library
      self.handle = handle
    }

    deinit { _ = unsafe ldap_msgfree(message) }

    var pointer: OpaquePointer { unsafe message }

    enum Kind {
      case entry
      /// A reference to a server that may have more entries.
      case reference
      /// An intermediate response, which is ignored.
      case other
      /// The last message, with the result of the search.
      case end
    }

    var kind: Kind {
      switch unsafe ldap_msgtype(message) {
      case CInt(LDAP_RES_SEARCH_ENTRY): .entry
      case CInt(LDAP_RES_SEARCH_REFERENCE): .reference
      case CInt(LDAP_RES_INTERMEDIATE): .other
      default: .end
      }
    }

    /// The error in the final message; `nil` for success.
    var failure: LDAPFailure? {
      var code: CInt = LDAP_OTHER
      var matched: UnsafeMutablePointer<CChar>?
      var text: UnsafeMutablePointer<CChar>?
      let read = unsafe ldap_parse_result(library, message, &code, &matched, &text, nil, nil, 0)
      defer {
        unsafe ldap_memfree(matched)
        unsafe ldap_memfree(text)
      }
      if read != LDAP_SUCCESS { return handle.failure(read) }
      if code == LDAP_SUCCESS { return nil }
      return LDAPFailure(
        code: code, diagnostic: unsafe text.map { unsafe String(cString: $0) } ?? "",
        matchedDN: unsafe matched.map { unsafe String(cString: $0) } ?? "")
    }

    /// Returns the first value of each attribute of an entry.
    func columns(_ attributes: [String]) throws(DataSetError) -> [String?] {
      var columns: [String?] = []
      for attribute in attributes { columns.append(try values(attribute, atMost: 1).first) }
      return columns
    }

    /// Returns the first values of an attribute of an entry.
    func values(_ attribute: String, atMost limit: Int) throws(DataSetError) -> [String] {
      guard let entry = unsafe ldap_first_entry(library, message) else { return [] }
      return unsafe try values(attribute, of: entry, atMost: limit)
    }

    private func values(
      _ attribute: String, of entry: OpaquePointer, atMost limit: Int
    ) throws(DataSetError) -> [String] {
      guard let list = unsafe ldap_get_values_len(library, entry, attribute) else { return [] }
      defer { unsafe ldap_value_free_len(list) }
      var values: [String] = []
      while values.count < limit, let value = unsafe list[values.count]?.pointee {
        let bytes = unsafe UnsafeRawBufferPointer(start: value.bv_val, count: Int(clamping: value.bv_len))
        guard bytes.count <= StoreLimits.longestValue else {
          throw .unusable(
            "\(handle.server): a value of \"\(attribute)\" has \(bytes.count) bytes; "
              + "expected at most \(StoreLimits.longestValue)")
        }
        values.append(unsafe String(decoding: bytes, as: UTF8.self))
      }
      return values
    }
  }
#endif
