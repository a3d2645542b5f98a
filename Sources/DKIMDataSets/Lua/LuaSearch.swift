#if Lua
  internal import CLua

  /// Searches a text for a pattern; called by a script. It raises no Lua errors itself: the C code raises an error
  /// according to the returned code.
  func luaSearch(
    _ text: UnsafePointer<UInt8>?, _ textLength: Int, _ pattern: UnsafePointer<UInt8>?, _ patternLength: Int,
    _ from: Int,
    _ isAnchored: CInt, _ bounds: UnsafeMutablePointer<clua_bounds>?, _ match: UnsafeMutablePointer<clua_match>?
  ) -> CInt {
    var search = unsafe LuaPattern(LuaBytes(pattern, patternLength), in: LuaBytes(text, textLength)) { steps in
      unsafe clua_spend(bounds, Int64(steps)) == 0
    }
    do throws(LuaPattern.Fault) {
      guard let range = try search.search(from: from, isAnchored: isAnchored != 0) else { return CLUA_ABSENT }
      unsafe match?.pointee.start = range.lowerBound
      unsafe match?.pointee.end = range.upperBound
      unsafe match?.pointee.captures = CInt(search.captures.count)
      for (index, capture) in search.captures.enumerated() {
        let length = if case .text(let length) = capture.kind { length } else { Int(CLUA_POSITION) }
        unsafe clua_set_capture(match, CInt(index), capture.start, length)
      }
      return CLUA_FOUND
    } catch {
      return error.number
    }
  }

  extension LuaPattern.Fault {
    fileprivate var number: CInt {
      switch self {
      case .endsWithEscape: CLUA_ENDS_WITH_ESCAPE
      case .openSet: CLUA_OPEN_SET
      case .badBalance: CLUA_BAD_BALANCE
      case .badFrontier: CLUA_BAD_FRONTIER
      case .badCapture: CLUA_BAD_CAPTURE
      case .openCapture: CLUA_OPEN_CAPTURE
      case .manyCaptures: CLUA_MANY_CAPTURES
      case .tooDeep: CLUA_TOO_DEEP
      case .stopped: CLUA_STOPPED
      }
    }
  }
#endif
