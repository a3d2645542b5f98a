internal import DKIMConfiguration

extension DataSourceName {
  /// True where what is sent never leaves this machine: a socket, or an address of the machine itself.
  var isLocal: Bool {
    host.isEmpty || host.hasPrefix("/") || host.hasPrefix("@") || host.lowercased() == "localhost"
      || IPAddress(host)?.isLoopback == true
  }

  /// What works, but hardly as meant.
  func problems(of request: DataSetRequest) -> [ConfigurationProblem] {
    guard password != nil, tls == nil, !isLocal else { return [] }
    return [
      ConfigurationProblem(
        .warning, at: request.place,
        "\"\(request.specification)\": the server is not checked, and whoever is in between may read the rows and "
          + "change them", fix: "write tls=yes, or tls=unverified where that is well")
    ]
  }
}
