#if LDAP
  internal import DKIMConfiguration

  /// Opens LDAP data sets: `ldap:`, `ldaps:` and `ldapi:`, and an ``LDAPName``.
  enum LDAPDriver {
    /// Maximum time limit, whatever the setting; seconds.
    private static let longestTime = 86_400

    static func open(_ request: DataSetRequest) async throws(DataSetOpenError) -> any DataSet {
      guard !request.name.isEmpty else { throw request.error(.noName(request.kind)) }
      let name: LDAPName
      do throws(LDAPURLError) {
        name = try LDAPName("\(request.kind.rawValue):\(request.name)")
      } catch {
        throw request.error(.badName(found: error.found, expected: error.expected))
      }
      let store: LDAPStore
      do throws(DataSetError) {
        store = try LDAPStore(name, request.options)
      } catch {
        throw request.error(.store(error))
      }
      let options = request.options.ldap
      let rules = RemoteDataSet.Rules(
        timeLimit: min(max(1, options.timeout), longestTime) * 1000,
        cacheSeconds: options.disableCache ? 0 : request.options.cacheSeconds,
        problems: problems(store, request))
      return try await RemoteDataSet.open(request, rules) { deadline throws(DataSetError) in
        try store.connect(until: deadline)
      }
    }

    /// Warnings about settings that work but are probably not what was meant.
    static func problems(_ store: LDAPStore, _ request: DataSetRequest) -> [ConfigurationProblem] {
      let head = "\"\(request.specification)\": "
      var problems: [ConfigurationProblem] = []
      if store.login.showsPassword,
        let server = store.name.servers.first(where: { !$0.isEncrypted(request.options.ldap) && !$0.isLocal })
      {
        problems.append(
          ConfigurationProblem(
            .warning, at: request.location, head + "LDAPBindPassword is sent to \(server.address) unencrypted",
            fix: "set LDAPUseTLS, or write ldaps:"))
      }
      if !store.checksCertificates {
        problems.append(
          ConfigurationProblem(
            .warning, at: request.location, head + "certificates of the servers are not checked (TLS_REQCERT)",
            fix: "write TLS_REQCERT demand in ldap.conf(5), or set DataSetCAFile"))
      }
      if !store.name.holdsKey {
        problems.append(
          ConfigurationProblem(
            .warning, at: request.location, head + "every key has the same result",
            fix: "write $d for the key in the filter or in the DN"))
      }
      return problems
    }
  }
#endif
