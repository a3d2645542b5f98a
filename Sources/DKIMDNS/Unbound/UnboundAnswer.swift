#if Unbound
  import CUnbound
  import DKIMCore

  /// The conversion of libunbound's results into `KeyAnswer`.
  enum UnboundAnswer {
    static let maximumRecords = 100

    static func read(_ status: Int32, _ result: UnsafeMutablePointer<ub_result>?) -> KeyAnswer {
      guard status == 0, let result = unsafe result?.pointee else {
        return .failure(.unavailable(UnboundSetup.text(of: status)))
      }
      if unsafe result.bogus != 0 { return .failure(.bogus) }
      let secure = unsafe result.secure != 0
      switch unsafe result.rcode {
      case 0: break
      case 2: return .failure(.serverFailure)
      case 3: return .noSuchName(secure: secure)
      case 5: return .failure(.refused)
      case let code: return .failure(.responseCode(UInt8(truncatingIfNeeded: code)))
      }
      guard unsafe result.havedata != 0 else { return .noData(secure: secure) }
      return unsafe records(result, secure: secure)
    }

    private static func records(_ result: ub_result, secure: Bool) -> KeyAnswer {
      var records: [[UInt8]] = []
      var index = 0
      while index < maximumRecords, let data = unsafe result.data?[index], let lengths = unsafe result.len {
        let length = Int(unsafe lengths[index])
        let bytes = unsafe UnsafeRawBufferPointer(start: data, count: max(0, length))
        guard let record = unsafe text(Array(bytes)) else {
          return .failure(.malformed("a TXT record whose character-strings do not match its length"))
        }
        records.append(record)
        index += 1
      }
      return .records(records, secure: secure)
    }

    /// Concatenates the character-strings of a TXT record; returns `nil` if they are malformed. // RFC 6376 §3.6.2.2
    static func text(_ data: [UInt8]) -> [UInt8]? {
      var text: [UInt8] = []
      var position = 0
      while position < data.count {
        let end = position + 1 + Int(data[position])
        guard end <= data.count else { return nil }
        text += data[(position + 1)..<end]
        position = end
      }
      return text
    }
  }
#endif
