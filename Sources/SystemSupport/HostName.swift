internal import Glibc

/// The name of this host.
package enum HostName {
  /// The result of gethostname(2); `localhost` if it is empty.
  package static var own: String {
    var name = [CChar](repeating: 0, count: 256)
    guard unsafe gethostname(&name, name.count - 1) == 0, name.first != 0 else { return "localhost" }
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
