internal import DKIMConfiguration

extension DataSourceName {
  /// Whether the traffic stays on this machine: a socket, or an address of the machine itself.
  var isLocal: Bool {
    host.isEmpty || host.hasPrefix("/") || host.hasPrefix("@") || host.lowercased() == "localhost"
      || IPAddress(host)?.isLoopback == true
  }

  /// Warnings about a name that works but is probably not what was meant.
  func problems(of request: DataSetRequest) -> [ConfigurationProblem] {
    guard password != nil, tls == nil, !isLocal else { return [] }
    return [
      ConfigurationProblem(
        .warning, at: request.location,
        "\"\(request.specification)\": the server's identity is not checked, so a man in the middle can read and "
          + "change the rows", fix: "write tls=yes, or tls=unverified if this is acceptable")
    ]
  }
}
