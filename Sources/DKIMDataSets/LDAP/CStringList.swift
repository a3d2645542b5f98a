#if LDAP
  internal import Glibc

  /// A list of C strings that ends with a null pointer.
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
