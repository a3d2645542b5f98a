#if LDAP
  internal import CLDAP
  internal import DKIMConfiguration

  /// One message of a server, or several that answer one request.
  @safe final class LDAPAnswer {
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

    /// True where nothing follows.
    var isLast: Bool {
      let kind = unsafe ldap_msgtype(message)
      return kind != LDAP_RES_SEARCH_ENTRY && kind != LDAP_RES_SEARCH_REFERENCE && kind != LDAP_RES_INTERMEDIATE
    }

    /// The result that the messages end with; `nil` where it is success.
    var failure: LDAPFailure? {
      var code: CInt = LDAP_OTHER
      var text: UnsafeMutablePointer<CChar>?
      let read = unsafe ldap_parse_result(library, message, &code, nil, &text, nil, nil, 0)
      defer { unsafe ldap_memfree(text) }
      if read != LDAP_SUCCESS { return handle.failure(read) }
      if code == LDAP_SUCCESS { return nil }
      return LDAPFailure(code: code, diagnostic: unsafe text.map { unsafe String(cString: $0) } ?? "")
    }

    /// The first value of each attribute of the first entry; `nil` where there is no entry.
    func firstColumns(_ attributes: [String]) throws(DataSetError) -> [String?]? {
      guard let entry = unsafe ldap_first_entry(library, message) else { return nil }
      var columns: [String?] = []
      for attribute in attributes {
        columns.append(unsafe try values(attribute, of: entry, atMost: 1).first)
      }
      return columns
    }

    /// All values of an attribute of the first entry.
    func allValues(_ attribute: String) throws(DataSetError) -> [String] {
      guard let entry = unsafe ldap_first_entry(library, message) else { return [] }
      return unsafe try values(attribute, of: entry, atMost: .max)
    }

    private func values(
      _ attribute: String, of entry: OpaquePointer, atMost limit: Int
    ) throws(DataSetError) -> [String] {
      guard let list = unsafe ldap_get_values_len(library, entry, attribute) else { return [] }
      defer { unsafe ldap_value_free_len(list) }
      var values: [String] = []
      while values.count < limit, let value = unsafe list[values.count]?.pointee {
        let octets = unsafe UnsafeRawBufferPointer(start: value.bv_val, count: Int(clamping: value.bv_len))
        guard octets.count <= StoreLimits.longestValue else {
          throw .unusable(
            "\(handle.server): a value of \"\(attribute)\" has \(octets.count) octets; "
              + "expected at most \(StoreLimits.longestValue)")
        }
        values.append(unsafe String(decoding: octets, as: UTF8.self))
      }
      return values
    }
  }
#endif
