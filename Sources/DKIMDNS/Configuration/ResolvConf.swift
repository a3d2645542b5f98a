import SystemPackage
import SystemSupport

extension DNSConfiguration {
  /// Reads the servers and options of a `resolv.conf`.
  ///
  /// Supported are `nameserver` (the first three; without any, 127.0.0.1 is used) and these `options`: `timeout:`,
  /// `attempts:`, `rotate`, `trust-ad`. As in the C library, invalid lines and options are ignored.
  ///
  /// - Throws: ``ResolvConfError`` if the file cannot be read or none of its name servers is usable.
  public static func resolvConf(path: String = "/etc/resolv.conf") throws(ResolvConfError) -> DNSConfiguration {
    let bytes: [UInt8]
    do throws(FileReadError) {
      bytes = try WholeFile.read(path, limit: ResolvConf.sizeLimit)
    } catch {
      throw .unreadable(path: path, reason: error.reason)
    }
    return try ResolvConf.configuration(bytes, path: path)
  }
}

/// The reason why a `resolv.conf` cannot be used.
public enum ResolvConfError: Error, Sendable, Hashable {
  /// The file cannot be read, or is longer than 1 MiB.
  case unreadable(path: String, reason: String)
  /// None of the name servers is usable; `line` (starting at 1) and `error` describe the first one.
  case noUsableServer(path: String, line: Int, error: NameServerError)
}

extension ResolvConfError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unreadable(let path, let reason): "\(path): \(reason)"
    case .noUsableServer(let path, let line, let error): "\(path):\(line): \(error)"
    }
  }
}

/// The parser for `resolv.conf`.
enum ResolvConf {
  static let sizeLimit = 1 << 20
  /// The C library's MAXNS.
  static let serverLimit = 3

  static func configuration(_ bytes: [UInt8], path: String) throws(ResolvConfError) -> DNSConfiguration {
    var configuration = DNSConfiguration(servers: [])
    var firstError: ResolvConfError?
    for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
      let words = line.split { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }.map { String(decoding: $0, as: UTF8.self) }
      guard let keyword = words.first else { continue }
      if keyword == "nameserver", words.count > 1, configuration.servers.count < serverLimit {
        do throws(NameServerError) {
          configuration.servers.append(try server(words[1]))
        } catch {
          firstError = firstError ?? .noUsableServer(path: path, line: index + 1, error: error)
        }
      } else if keyword == "options" {
        for option in words.dropFirst() { apply(option, to: &configuration) }
      }
    }
    if configuration.servers.isEmpty {
      if let firstError { throw firstError }
      configuration.servers = localServers
    }
    return configuration
  }

  /// Parses an address; `resolv.conf` has no syntax for ports.
  private static func server(_ text: String) throws(NameServerError) -> NameServer {
    guard !text.contains("@") else { throw .notAnAddress(text) }
    return try NameServer(text)
  }

  /// The server that is used if the file names none, as in the C library.
  private static var localServers: [NameServer] {
    (try? NameServer("127.0.0.1")).map { [$0] } ?? []
  }

  private static func apply(_ option: String, to configuration: inout DNSConfiguration) {
    let parts = option.split(separator: ":", maxSplits: 1)
    switch (parts.first, parts.count == 2 ? Int(parts[1]) : nil) {
    case ("timeout", let seconds?) where seconds > 0:
      configuration.attemptTimeout = .seconds(min(seconds, 30))
    case ("attempts", let attempts?) where attempts > 0:
      configuration.attempts = min(attempts, 5)
    case ("rotate", nil): configuration.rotatesServers = true
    case ("trust-ad", nil): configuration.trustAuthenticatedData = .always
    default: break
    }
  }
}
