#if LDAP
  internal import CLDAP
  internal import DKIMConfiguration

  /// The user and the method for the login to a directory.
  struct LDAPLogin: Sendable {
    enum Way: Sendable, Hashable {
      /// No login.
      case anonymous
      /// Simple bind with a name and a password.
      case simple(user: String, password: String)
      /// A name without a password, which servers treat as an anonymous login or reject.
      case noPassword(user: String)
      case sasl(mechanism: String, SASLAnswers)
    }

    let way: Way

    /// - Parameter bindName: the user in the URL (`bindname=`), which `LDAPBindUser` overrides.
    init(_ options: LDAPOptions, bindName: String?) {
      let user = (options.bindUser ?? bindName).flatMap { $0.isEmpty ? nil : $0 }
      let password = options.bindPassword.flatMap { $0.isEmpty ? nil : $0 }
      switch options.authMechanism.uppercased() {
      case "NONE": way = .anonymous
      case "", "SIMPLE":
        way =
          switch (user, password) {
          case (nil, _): .anonymous
          case (let user?, nil): .noPassword(user: user)
          case (let user?, let password?): .simple(user: user, password: password)
          }
      case let mechanism:
        way = .sasl(
          mechanism: mechanism,
          SASLAnswers(
            name: options.authName, user: options.authUser, realm: options.authRealm, password: password))
      }
    }

    /// Whether the password is visible to anyone who can read the connection.
    var showsPassword: Bool {
      switch way {
      case .anonymous, .noPassword: false
      case .simple: true
      case .sasl(let mechanism, _): Self.plainMechanisms.contains(mechanism)
      }
    }

    private static let plainMechanisms = ["PLAIN", "LOGIN"]

    func perform(on handle: LDAPHandle, until deadline: Deadline) throws(DataSetError) {
      switch way {
      case .anonymous: return
      case .noPassword(let user):
        throw .unusable(
          "\(handle.server): no password is set for \"\(ServerText.shown(user))\"; expected LDAPBindPassword, or no "
            + "LDAPBindUser")
      case .simple(let user, let password):
        let bytes = Array(password.utf8)
        let refusal = try unsafe handle.exchange("login", until: deadline) { pointer, number in
          var bytes = bytes.map { CChar(bitPattern: $0) }
          return unsafe bytes.withUnsafeMutableBufferPointer { buffer in
            var credentials = unsafe berval(bv_len: ber_len_t(buffer.count), bv_val: buffer.baseAddress)
            return unsafe ldap_sasl_bind(pointer, user, nil, &credentials, nil, nil, &number)
          }
        }
        if let refusal { throw refusal.error(handle.server, "login of \"\(ServerText.shown(user))\"") }
      case .sasl(let mechanism, let answers):
        // The library's default, "noanonymous,noplain", excludes mechanisms that reveal passwords.
        if showsPassword { handle.set(LDAP_OPT_X_SASL_SECPROPS, "noanonymous") }
        try answers.perform(mechanism, on: handle, until: deadline)
      }
    }
  }
#endif
