/// The text after `memcache:`: the servers and the prefix of every key.
///
/// `HOST[:PORT][,HOST[:PORT]…]/PREFIX`, or `/PATH/OF/SOCKET/PREFIX`. The order of the servers matters: it determines
/// which server has a key.
struct MemcacheName: Sendable, Hashable {
  let servers: [ServerAddress]
  let prefix: String

  static let port = 11211
  private static let form = "HOST[:PORT][,HOST[:PORT]…]/PREFIX, or /PATH/OF/SOCKET/PREFIX"

  init(_ text: String) throws(NameProblem) {
    let bytes = text.utf8
    let slash = UInt8(ascii: "/")
    let isPath = bytes.first == slash
    // A prefix may contain slashes, but not if the server is the path of a socket.
    guard let end = isPath ? bytes.dropFirst().lastIndex(of: slash) : bytes.firstIndex(of: slash) else {
      throw NameProblem(found: "no slash and prefix after the servers", expected: Self.form)
    }
    prefix = String(Substring(bytes[bytes.index(after: end)...]))
    guard MemcacheKey("", prefix: prefix) != nil else {
      throw NameProblem(
        found: "an unusable prefix",
        expected: "fewer than \(MemcacheKey.longest) bytes, without blanks and control characters")
    }
    let list = String(Substring(bytes[..<end]))
    if isPath {
      servers = [try ServerAddress(path: list)]
      return
    }
    var servers: [ServerAddress] = []
    for server in bytes[..<end].split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
      let name = server.drop { $0 == 0x20 }
      servers.append(try ServerAddress(host: String(Substring(name)), defaultPort: Self.port))
    }
    self.servers = servers
  }
}
