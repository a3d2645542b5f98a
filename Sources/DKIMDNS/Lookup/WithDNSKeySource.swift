public import NIOCore

/// Runs `body` with a key source that queries DNS servers, and shuts the key source down when `body` returns or throws.
///
///     let report = try await withDNSKeySource(
///       configuration: .resolvConf(), group: .singletonMultiThreadedEventLoopGroup
///     ) { keys in
///       await verifier.verify(message, keys: keys, at: .now)
///     }
///
/// Create one key source for the whole run of a program rather than one for each message: the key source has the cache.
///
/// - Parameters:
///   - configuration: The servers, the time limits and the limits of the cache.
///   - group: The source runs on one of its event loops; it must exist until this function has returned.
///   - body: The work that needs keys. The key source must not be used after it has returned.
/// - Returns: The result of `body`, after all sockets are closed.
/// - Throws: Only the error that `body` throws.
nonisolated(nonsending) public func withDNSKeySource<Result, Failure: Error>(
  configuration: DNSConfiguration, group: any EventLoopGroup,
  _ body: nonisolated(nonsending) (DNSKeySource) async throws(Failure) -> Result
) async throws(Failure) -> Result {
  let source = DNSKeySource(configuration: configuration, group: group)
  let result: Result
  do throws(Failure) {
    result = try await body(source)
  } catch {
    await source.shutdown()
    throw error
  }
  await source.shutdown()
  return result
}
