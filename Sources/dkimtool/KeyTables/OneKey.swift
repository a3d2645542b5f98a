import DKIMConfiguration

/// The one key that a command line is about, with what a configuration says of it.
struct OneKey {
  var domain: String?
  var selector: String?
  /// The path of the private key; without it only the record is looked at.
  var key: String?
  /// How the file that was read wants keys to be asked for; `nil` where none was.
  private(set) var rules: KeyRules?

  /// Takes from a configuration what the command line leaves out.
  mutating func complete(from settings: ToolSettings, _ rules: KeyRules) async throws {
    if domain == nil { domain = try await NamedKey.onlyDomain(of: settings) }
    let own = settings.settings.text("Selector")
    selector = selector ?? own
    // The private key of the file belongs to the selector of the file, whoever names that.
    if key == nil, let own, selector?.lowercased() == own.lowercased() { key = settings.keyFile }
    if settings.path != nil { self.rules = rules }
  }
}
