#if LDAP
  internal import Glibc

  /// Texts as C wants a list of them: pointers, and a null pointer at the end.
  @safe final class CStringList {
    let pointer: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    private let count: Int

    init(_ texts: [String]) {
      count = texts.count
      unsafe pointer = .allocate(capacity: texts.count + 1)
      for (index, text) in texts.enumerated() { unsafe (pointer + index).initialize(to: strdup(text)) }
      unsafe (pointer + texts.count).initialize(to: nil)
    }

    deinit {
      for index in 0..<count { unsafe free(pointer[index]) }
      unsafe pointer.deallocate()
    }
  }
#endif
