import DKIMCore
import DKIMDNS
import NIOPosix

/// The source of keys that the command line selects.
enum KeyLookup: Sendable {
  case file(KeyFileSource)
  case network(DNSKeySource)

  /// - Parameters:
  ///   - file: a file with records, to be used instead of DNS.
  ///   - servers: name servers; if empty, those in /etc/resolv.conf.
  /// - Throws: `CommandFailure`
  init(file: String?, servers: [NameServer]) throws {
    if let file {
      self = .file(try Self.keyFile(file))
      return
    }
    let configuration: DNSConfiguration
    do throws(ResolvConfError) {
      configuration = servers.isEmpty ? try DNSConfiguration.resolvConf() : DNSConfiguration(servers: servers)
    } catch {
      throw CommandFailure(.configuration, "\(error); give a server with --nameserver, or a file with --keys")
    }
    // Threads are started only here, so a run with a key file does not start any.
    self = .network(DNSKeySource(configuration: configuration, group: MultiThreadedEventLoopGroup(numberOfThreads: 1)))
  }

  private static func keyFile(_ path: String) throws -> KeyFileSource {
    let bytes = try InputFile.read(path)
    do {
      let source = try KeyFileSource(bytes, path: path)
      for row in source.skippedRows.prefix(10) {
        Console.report("warning: row skipped: \(PrintableText.escaped("\(row)"))")
      }
      return source
    } catch {
      throw CommandFailure(.dataError, "\(error)")
    }
  }

  /// Whether keys come from the network, so that many queries at the same time save time.
  var isRemote: Bool {
    if case .network = self { true } else { false }
  }

  var source: any PublicKeySource {
    switch self {
    case .file(let source): source
    case .network(let source): source
    }
  }
}
