/// A port of Postfix.
struct Door: Hashable, Sendable {
  enum Role: String, CaseIterable, Sendable {
    /// The port for mail from outside: `daemon_name` is INBOUND.
    case exchange = "INBOUND"
    /// The port where internal users submit mail: `daemon_name` is ORIGINATING.
    case submission = "ORIGINATING"
  }

  /// The action of Postfix without the milter: `milter_default_action`.
  enum Action: String, CaseIterable, Sendable {
    case tempfail
    case accept
  }

  var role: Role
  var action: Action = .tempfail

  static let exchange = Door(role: .exchange)
  static let submission = Door(role: .submission)
  static let all = Role.allCases.flatMap { role in Action.allCases.map { Door(role: role, action: $0) } }
}
